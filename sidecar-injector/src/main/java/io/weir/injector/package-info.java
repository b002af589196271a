/**
 * The injector: what the API server asks Weir when pods, namespaces and SMI objects are written.
 *
 * <p>In: reviews over HTTPS. Out: pods with sidecars, labels that follow annotations, objects refused or converted. Wired
 * together once, by hand: {@link io.weir.injector.Injector}.
 */
@NullMarked
package io.weir.injector;

import org.jspecify.annotations.NullMarked;
