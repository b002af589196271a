/**
 * The aggregator: what goes over every edge of the mesh, for canary controllers and for people.
 *
 * <p>In: what sidecars count, pushed by themselves, and a {@code ClusterState}. Out: the SMI metrics API, and Prometheus text
 * in the dialects that existing queries use. Data flows one way: ingest, model, window, then api and dialect.
 */
@NullMarked
package io.weir.telemetry;

import org.jspecify.annotations.NullMarked;
