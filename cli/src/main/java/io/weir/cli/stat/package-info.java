/**
 * Golden metrics as people read them: by workload, by who talks to whom, and by backend of a TrafficSplit.
 *
 * <p>In: an {@code EdgeReport}. Out: rows, and of rows text and trees. A quantile of several edges comes from their histograms
 * added up. Never here: where the report is had from.
 */
@NullMarked
package io.weir.cli.stat;

import org.jspecify.annotations.NullMarked;
