package io.weir.injector.manifest;

import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionDecision.Skip;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.Uninjection;
import io.weir.injector.manifest.Outcome.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Texts of manifests. */
public final class Manifests {

    private Manifests() {}

    /**
     * Gives each pod a sidecar that would get one in a cluster. A namespace wants sidecars, unless its own object is in the
     * text and says otherwise.
     *
     * @param namespace of objects that name none
     * @throws ManifestSyntaxException if the text can't be read
     */
    public static Rewritten inject(String text, String namespace, InjectionSettings settings) {
        List<Piece> pieces = Pieces.of(text);
        Namespaces namespaces = Namespaces.in(pieces);
        return rewrite(pieces, place -> {
            Injection injection = Injection.of(
                    namespaces.view(place.namespace().isEmpty() ? namespace : place.namespace()),
                    place.pod(),
                    settings);
            return switch (injection.decision()) {
                case Inject _ -> {
                    place.become(injection.after());
                    yield new Outcome(place.object(), Result.INJECTED, "");
                }
                case Skip(var reason) -> new Outcome(place.object(), Result.KEPT, reason.text());
                case Refuse refuse -> new Outcome(place.object(), Result.REFUSED, refuse.message());
            };
        });
    }

    /**
     * Takes the sidecars out.
     *
     * @throws ManifestSyntaxException if the text can't be read
     */
    public static Rewritten uninject(String text) {
        return rewrite(Pieces.of(text), place -> {
            ObjectNode plain = Uninjection.of(place.pod());
            if (plain.equals(place.pod())) {
                return new Outcome(place.object(), Result.KEPT, "it has no sidecar");
            }
            place.become(plain);
            return new Outcome(place.object(), Result.REMOVED, "");
        });
    }

    private static Rewritten rewrite(List<Piece> pieces, Function<PodPlace, Outcome> change) {
        StringBuilder text = new StringBuilder();
        List<Outcome> all = new ArrayList<>();
        for (Piece piece : pieces) {
            List<Outcome> here = PodPlace.in(piece.value()).stream().map(change).toList();
            text.append(here.stream().anyMatch(Outcome::changed) ? piece.rewritten() : piece.text());
            all.addAll(here);
        }
        return new Rewritten(text.toString(), all);
    }
}
