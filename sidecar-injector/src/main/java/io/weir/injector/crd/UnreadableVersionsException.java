package io.weir.injector.crd;

import io.weir.smi.SmiKind;
import java.util.List;

/** Something may be stored in a version that was never released, so that Weir's definition could not read it. */
public final class UnreadableVersionsException extends RuntimeException {

    UnreadableVersionsException(SmiKind kind, List<String> versions) {
        super(
                Definition.name(kind) + " has objects stored as " + String.join(", ", versions)
                        + ", which SMI never released and Weir can't read",
                null,
                false,
                false);
    }
}
