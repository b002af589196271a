package io.weir.smi.access.v1alpha3;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route that a TrafficTarget allows.
 *
 * @param kind {@code HTTPRouteGroup}, {@code TCPRoute} or {@code UDPRoute}
 * @param matches names of matches of an HTTPRouteGroup; empty: all of them (S10)
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Rule(String kind, String name, List<String> matches) {

    public Rule(String kind, String name, @Nullable List<String> matches) {
        this.kind = kind;
        this.name = name;
        this.matches = matches == null ? List.of() : List.copyOf(matches);
    }
}
