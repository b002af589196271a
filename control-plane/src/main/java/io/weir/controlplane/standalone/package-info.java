/**
 * Runs a mesh on one machine: finds or installs Envoy, writes bootstraps and credentials, and supervises the control
 * plane, one Envoy for each replica, and the apps.
 *
 * <p>In: what should run, as {@code weir serve} says it over its admin API; the state folder. Out: processes, their
 * files in the state folder, {@code ready.json} for the control plane, and events for people. When the supervisor
 * ends, in whatever way, every process it started ends.
 *
 * <p>Never here: what the mesh means. The supervisor reads no manifest and decides no policy; killing and restarting
 * it can cost connections, never access rules.
 */
@NullMarked
package io.weir.controlplane.standalone;

import org.jspecify.annotations.NullMarked;
