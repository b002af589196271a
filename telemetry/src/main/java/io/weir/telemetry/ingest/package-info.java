/**
 * Takes what sidecars push: a gRPC stream of Envoy's statistics becomes a {@link io.weir.telemetry.ingest.Push}, and the tags
 * of each statistic an {@link io.weir.telemetry.model.Edge}. A sidecar reports only as what it proved to be.
 */
@NullMarked
package io.weir.telemetry.ingest;

import org.jspecify.annotations.NullMarked;
