/**
 * Gives a pod its sidecar.
 *
 * <p>In: a pod as a JSON tree, what is known of its namespace, settings. Out: a decision with its reason, and the pod with
 * its sidecar, as a tree and as a JSON patch. Trees, because a field newer than this program must survive.
 *
 * <p>Never here: a clock, a network, a client of the API server. Equal input gives equal output; a pod that has been
 * through here comes out unchanged. Values of annotations are parsed; their text never reaches a shell or a ruleset.
 */
@NullMarked
package io.weir.injector.inject;

import org.jspecify.annotations.NullMarked;
