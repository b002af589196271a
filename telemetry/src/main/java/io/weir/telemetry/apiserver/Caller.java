package io.weir.telemetry.apiserver;

import io.weir.controlplane.model.Sorted;
import java.util.List;
import java.util.SortedMap;

/**
 * A user, as an API server that let them in names them.
 *
 * @param uid empty if not told
 * @param extra what else their credential says, by lower-case name
 */
public record Caller(String name, String uid, List<String> groups, SortedMap<String, List<String>> extra) {

    public Caller {
        groups = List.copyOf(groups);
        extra = Sorted.map(extra);
    }
}
