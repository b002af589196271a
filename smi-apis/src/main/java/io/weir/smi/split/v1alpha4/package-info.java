/**
 * TrafficSplit v1alpha4, the newest released version and the hub of its group.
 *
 * <p>In: JSON that {@link io.weir.smi.validate.Validation} accepts, converted to this version. Out: immutable records.
 * Never here: defaults that widen; a list that is empty means what the spec says it means.
 */
@NullMarked
package io.weir.smi.split.v1alpha4;

import org.jspecify.annotations.NullMarked;
