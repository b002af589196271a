package io.weir.controlplane.source.decode;

import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.source.decode.Fields.Finding;
import io.weir.smi.Decoded;
import io.weir.smi.SmiObject;
import io.weir.smi.SmiReader;
import io.weir.smi.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** SMI objects of any version, each by itself. */
public final class SmiObjects {

    private SmiObjects() {}

    /**
     * The object in its newest version; null if it has no effect. It may be valid with errors in parts of it, which were
     * left out (S21).
     *
     * @param object with its namespace
     * @param findings what is wrong with it is added here
     */
    public static @Nullable SmiObject read(ObjectNode object, List<Finding> findings) {
        Decoded decoded = SmiReader.read(object);
        for (Violation violation : decoded.violations()) {
            Severity severity = switch (violation.severity()) {
                case ERROR -> Severity.ERROR;
                case WARNING -> Severity.WARNING;
            };
            findings.add(
                    new Finding(severity, violation.code(), violation.field(), violation.message(), violation.fix()));
        }
        return switch (decoded) {
            case Decoded.Valid valid -> valid.object();
            case Decoded.Invalid _ -> null;
        };
    }
}
