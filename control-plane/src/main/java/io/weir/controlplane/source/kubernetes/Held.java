package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object as it stands.
 *
 * @param uid tells it from an earlier object of the same name
 * @param version null for kinds of which nobody asks
 * @param value its last good version; null if it never had one, or is of no use to the mesh
 * @param diagnostics what is wrong with its newest version
 */
record Held(
        ObjectRef ref,
        String uid,
        @Nullable ObjectVersion version,
        @Nullable Trimmed value,
        List<Diagnostic> diagnostics) {

    Held {
        diagnostics = List.copyOf(diagnostics);
    }
}
