package io.weir.smi.split.v1alpha4;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TrafficSplit says.
 *
 * @param service the root: {@code svc}, {@code svc.ns}, {@code svc.ns.svc} or {@code svc.ns.svc.<domain>} (S34)
 * @param backends in the order written; a service listed twice counts with the sum of its weights
 * @param matches only requests that one of these route groups matches are split; empty: all of them (S38)
 */
public record TrafficSplitSpec(
        String service,
        List<Backend> backends,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<MatchRef> matches) {

    public TrafficSplitSpec(String service, @Nullable List<Backend> backends, @Nullable List<MatchRef> matches) {
        this.service = service;
        this.backends = backends == null ? List.of() : List.copyOf(backends);
        this.matches = matches == null ? List.of() : List.copyOf(matches);
    }
}
