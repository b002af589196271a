/**
 * TrafficMetrics v1alpha1: what the metrics API answers to clients of the first version.
 *
 * <p>In: values somebody measured. Out: the JSON of the API. Never here: queries.
 */
@NullMarked
package io.weir.smi.metrics.v1alpha1;

import org.jspecify.annotations.NullMarked;
