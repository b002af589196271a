/**
 * What the objects mean: SMI's semantics, rule by rule (the S-numbers of docs/conformance.md).
 *
 * <p>In: {@link io.weir.controlplane.source.ClusterState}. Out: {@link io.weir.controlplane.model.MeshModel} and a
 * diagnostic for everything that has less effect than its author may think. Each resolver is a pure function of one
 * concern: routes ({@code SplitResolver}), matches ({@code RouteResolver}), grants ({@code AccessResolver}), workloads
 * ({@code IdentityJoin}), services and endpoints ({@code ServiceJoin}, {@code EndpointJoin}).
 *
 * <p>Never here: I/O, clocks, state. Doubt narrows: a reference that can't be resolved never grants more.
 */
@NullMarked
package io.weir.controlplane.model.build;

import org.jspecify.annotations.NullMarked;
