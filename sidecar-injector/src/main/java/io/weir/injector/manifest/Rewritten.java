package io.weir.injector.manifest;

import java.util.List;

/**
 * A text of manifests afterwards.
 *
 * @param outcomes one for each pod and each template of one, in the order of the text
 */
public record Rewritten(String text, List<Outcome> outcomes) {

    public Rewritten {
        outcomes = List.copyOf(outcomes);
    }

    /** How many had that result. */
    public long count(Outcome.Result result) {
        return outcomes.stream().filter(one -> one.result() == result).count();
    }
}
