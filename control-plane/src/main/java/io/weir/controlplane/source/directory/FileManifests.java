package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.Lines;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was read from one file.
 *
 * @param file its path, as people should read it
 * @param objects those that could be told by kind and name, in the order written
 * @param diagnostics about everything in the file
 */
record FileManifests(String file, Coverage coverage, List<ReadObject> objects, List<Diagnostic> diagnostics) {

    FileManifests {
        objects = List.copyOf(objects);
        diagnostics = List.copyOf(diagnostics);
    }

    /** Whether an object that the file held before and that is not among {@code objects} was removed from it. */
    enum Coverage {
        /** Everything in the file was told: what is missing was removed. */
        COMPLETE,
        /** Something in the file could not be told, so what is missing may still be meant to be there. */
        PARTIAL
    }

    /**
     * An object as the file has it.
     *
     * @param manifest null if the object is invalid
     * @param raw the document it was read from
     */
    record ReadObject(ObjectRef ref, @Nullable Manifest manifest, ObjectNode raw, Lines lines) {}
}
