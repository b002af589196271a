package io.weir.smi.access.v1alpha3;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Whom a TrafficTarget speaks of.
 *
 * @param kind {@code ServiceAccount}
 * @param namespace null: the namespace of the TrafficTarget (S8)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Subject(String kind, String name, @Nullable String namespace) {}
