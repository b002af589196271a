/**
 * A source whose replicas take traffic only once a supervisor has seen them ready.
 *
 * <p>In: another source, and the supervisor's file of ready replicas. Out: the same state, with those replicas that are
 * still starting marked as not ready. Nothing else of the state changes, and what is not affected stays the same object.
 */
@NullMarked
package io.weir.controlplane.source.readiness;

import org.jspecify.annotations.NullMarked;
