package io.weir.smi.specs.v1alpha4;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTPRouteGroup says.
 *
 * @param matches OR-ed (S23); empty: nothing matches
 */
public record HTTPRouteGroupSpec(List<HTTPMatch> matches) {

    public HTTPRouteGroupSpec(@Nullable List<HTTPMatch> matches) {
        this.matches = matches == null ? List.of() : List.copyOf(matches);
    }
}
