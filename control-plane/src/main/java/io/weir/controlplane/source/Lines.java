package io.weir.controlplane.source;

import io.weir.controlplane.model.Diagnostic;
import java.util.Map;

/**
 * Where the fields of one object are written.
 *
 * @param file as people should read it
 * @param byPath line (from 1) of each JSON path, {@code spec.backends[1].service}; the empty path is the object
 */
public record Lines(String file, Map<String, Integer> byPath) {

    public Lines {
        byPath = Map.copyOf(byPath);
    }

    /** The line of the field, or of the nearest parent that is written; the object itself in the last resort. */
    public Diagnostic.Location locate(String field) {
        String path = field;
        while (!path.isEmpty() && !byPath.containsKey(path)) {
            path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        return new Diagnostic.Location(file, byPath.getOrDefault(path, 1));
    }
}
