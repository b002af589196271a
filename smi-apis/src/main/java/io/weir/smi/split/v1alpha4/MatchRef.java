package io.weir.smi.split.v1alpha4;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A route group that narrows a split.
 *
 * @param apiGroup null, empty or {@code specs.smi-spec.io}; clients that use a TypedLocalObjectReference send it
 * @param kind {@code HTTPRouteGroup}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MatchRef(@Nullable String apiGroup, String kind, String name) {}
