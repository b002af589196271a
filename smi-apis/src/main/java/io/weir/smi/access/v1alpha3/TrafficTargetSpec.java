package io.weir.smi.access.v1alpha3;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TrafficTarget says.
 *
 * @param sources who may call; empty: nobody (S6)
 * @param rules what they may call; empty: nothing (S7)
 */
public record TrafficTargetSpec(Subject destination, List<Subject> sources, List<Rule> rules) {

    public TrafficTargetSpec(Subject destination, @Nullable List<Subject> sources, @Nullable List<Rule> rules) {
        this.destination = destination;
        this.sources = sources == null ? List.of() : List.copyOf(sources);
        this.rules = rules == null ? List.of() : List.copyOf(rules);
    }
}
