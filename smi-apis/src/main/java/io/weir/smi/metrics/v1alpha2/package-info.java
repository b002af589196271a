/**
 * TrafficMetrics v1alpha2: what the metrics API answers.
 *
 * <p>In: values somebody measured. Out: the JSON of the API. Never here: queries.
 */
@NullMarked
package io.weir.smi.metrics.v1alpha2;

import org.jspecify.annotations.NullMarked;
