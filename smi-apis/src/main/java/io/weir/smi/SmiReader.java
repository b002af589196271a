package io.weir.smi;

import io.weir.smi.convert.Conversion;
import io.weir.smi.validate.Validation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Reads SMI objects of any released version into the typed hub version. */
public final class SmiReader {

    private SmiReader() {}

    /**
     * Validates, converts and types an object.
     *
     * @param object an SMI object as JSON; anything else is {@link Decoded.Invalid}, never an exception
     */
    public static Decoded read(ObjectNode object) {
        List<Violation> violations = Validation.validate(object);
        if (violations.stream().anyMatch(Validation::isFatal)) {
            return new Decoded.Invalid(violations);
        }
        SmiKind kind = SmiKind.of(
                object.path("apiVersion").stringValue(), object.path("kind").stringValue());
        if (kind == null) {
            throw new IllegalStateException("validation let an unknown kind pass");
        }
        ObjectNode hub = Conversion.convert(object, kind.hubApiVersion());
        return new Decoded.Valid(HubReader.read(kind, hub, leftOut(violations)), violations);
    }

    private static Set<Integer> leftOut(List<Violation> violations) {
        Set<Integer> sources = new HashSet<>();
        for (Violation violation : violations) {
            Integer source = Validation.sourceOf(violation);
            if (source != null && violation.severity() == Violation.Severity.ERROR) {
                sources.add(source);
            }
        }
        return sources;
    }
}
