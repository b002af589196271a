/**
 * The SMI metrics API: what a path of {@code metrics.smi-spec.io} is answered.
 *
 * <p>In: readings, an inventory, and a request as plain values. Out: status, headers and JSON. HTTP itself, who may ask, and
 * where traffic is counted are elsewhere.
 */
@NullMarked
package io.weir.telemetry.api;

import org.jspecify.annotations.NullMarked;
