package io.weir.smi.validate;

import io.weir.smi.SmiKind;
import io.weir.smi.Violation;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Judges SMI objects. */
public final class Validation {

    private Validation() {}

    /** What is wrong with an object of any version. */
    public static List<Violation> validate(ObjectNode object) {
        SmiKind kind = SmiKind.of(
                object.path("apiVersion").asString(""), object.path("kind").asString(""));
        if (kind == null) {
            return List.of(new Violation(
                    Violation.Severity.ERROR,
                    "WEIR117",
                    "apiVersion",
                    "This is no released version of an SMI kind.",
                    "Use one of the released versions."));
        }
        return List.of();
    }

    /** Whether a violation concerns a single source of a TrafficTarget. */
    public static boolean isAboutOneSource(Violation violation) {
        return violation.field().startsWith("spec.sources[")
                || violation.field().startsWith("sources[");
    }
}
