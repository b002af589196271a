/**
 * Which objects a cluster has, beside those that the mesh itself needs: who asks for a Deployment that gets no traffic is
 * told zeros, and who asks for one that is not there is told so.
 *
 * <p>In: names and labels from the API server. Out: an inventory with them. Never here: more of an object than that.
 */
@NullMarked
package io.weir.telemetry.cluster;

import org.jspecify.annotations.NullMarked;
