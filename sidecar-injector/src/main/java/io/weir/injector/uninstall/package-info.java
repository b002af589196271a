/**
 * What must be done before Weir leaves a cluster, so that nothing there depends on it.
 *
 * <p>In: a client, and the namespace that Weir runs in. Out: the pods that still have sidecars, with the commands that
 * restart them without; and what was put right. Every step may be repeated.
 */
@NullMarked
package io.weir.injector.uninstall;

import org.jspecify.annotations.NullMarked;
