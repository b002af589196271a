/**
 * Windows answered from Prometheus, or what speaks its HTTP API, in place of memory.
 *
 * <p>In: what a Prometheus kept of {@code /metrics/edges} in dialect weir, of one aggregator or several. Out: {@code Readings}. Which
 * scrapes a window lies between is decided here, by what each aggregator told of itself at them. Never here: {@code increase} and
 * {@code rate}, which guess at what lies beyond the first and the last sample.
 */
@NullMarked
package io.weir.telemetry.prometheus;

import org.jspecify.annotations.NullMarked;
