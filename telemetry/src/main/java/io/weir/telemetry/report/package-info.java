/**
 * What the command line is told of edges.
 *
 * <p>In: {@code Readings}, an {@code Inventory} and what is known of sidecars. Out: one record, as JSON, from which every table of
 * {@code weir stat}, {@code weir edges} and {@code weir split watch} follows. Never here: tables, and sums over edges.
 */
@NullMarked
package io.weir.telemetry.report;

import org.jspecify.annotations.NullMarked;
