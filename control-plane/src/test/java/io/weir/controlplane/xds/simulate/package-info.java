/**
 * What translated configuration does with a request, worked out in memory after Envoy's documented rules.
 *
 * <p>In: protos, as an Envoy would hold them, and a call. Out: status and shares. It knows nothing of meshes, policies or
 * recipes, so that it can contradict them; a construct that it does not know is an error, never a guess.
 */
@NullMarked
package io.weir.controlplane.xds.simulate;

import org.jspecify.annotations.NullMarked;
