/**
 * Several replicas of the telemetry program answer for the whole mesh. Each sidecar pushes to one of them, and the replica that
 * is asked asks the others.
 *
 * <p>In: which replicas there are, what each of them knows. Out: {@code Readings} of all of it, which are incomplete if a replica
 * does not answer. Never here: how parts are added up, which is the window's.
 */
@NullMarked
package io.weir.telemetry.replicas;

import org.jspecify.annotations.NullMarked;
