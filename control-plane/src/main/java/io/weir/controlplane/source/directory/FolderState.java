package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.source.Lines;
import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.directory.FileManifests.Coverage;
import io.weir.controlplane.source.directory.FileManifests.ReadObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects in effect, each in its last good version.
 *
 * <p>The rules: a valid object replaces what was in effect; an invalid one keeps its last good version, as admission
 * would refuse the update; an object gone from a file is deleted, unless something in that file could not be told
 * (then it may be that very object); of two definitions the one in the first file, by name, counts.
 */
record FolderState(SortedMap<ObjectRef, Held> objects) {

    static final FolderState EMPTY = new FolderState(Collections.emptySortedMap());

    FolderState {
        objects = Sorted.map(objects);
    }

    /**
     * An object in effect.
     *
     * @param raw the document that {@code manifest} was read from, for saving
     * @param lines where it stands now; for an object kept from before, where its invalid version stands
     * @param firstSeen when it appeared; kept while it changes, forgotten when it is deleted
     */
    record Held(ObjectRef ref, Manifest manifest, ObjectNode raw, Lines lines, Instant firstSeen) {}

    /** The next state, and all that is wrong with the folder's files. */
    record Merge(FolderState state, List<Diagnostic> diagnostics) {}

    /** @param files in the order of their names */
    Merge merge(List<FileManifests> files, Instant now) {
        List<Diagnostic> diagnostics = new ArrayList<>();
        Map<ObjectRef, ReadObject> defined = new LinkedHashMap<>();
        Set<String> partial = new HashSet<>();
        for (FileManifests file : files) {
            if (file.coverage() == Coverage.PARTIAL) {
                partial.add(file.file());
            }
            for (ReadObject object : file.objects()) {
                ReadObject first = defined.putIfAbsent(object.ref(), object);
                if (first != null) {
                    diagnostics.add(twice(object, first));
                }
            }
        }
        TreeMap<ObjectRef, Held> next = new TreeMap<>();
        Map<ObjectRef, Held> kept = new HashMap<>();
        defined.forEach((ref, object) -> {
            Held held = hold(object, objects.get(ref), now);
            if (held != null) {
                next.put(ref, held);
            }
            if (held != null && object.manifest() == null) {
                kept.put(ref, held);
            }
        });
        objects.forEach((ref, held) -> {
            if (!defined.containsKey(ref) && partial.contains(held.lines().file())) {
                next.put(ref, held);
                kept.put(ref, held);
            }
        });
        files.forEach(file -> file.diagnostics().forEach(found -> diagnostics.add(explained(found, file, kept))));
        return new Merge(new FolderState(next), diagnostics);
    }

    private static @Nullable Held hold(ReadObject object, @Nullable Held before, Instant now) {
        Manifest manifest = object.manifest();
        if (before == null) {
            return manifest == null ? null : new Held(object.ref(), manifest, object.raw(), object.lines(), now);
        }
        if (manifest == null) {
            return new Held(object.ref(), before.manifest(), before.raw(), object.lines(), before.firstSeen());
        }
        boolean same = manifest.equals(before.manifest());
        if (same && object.lines().equals(before.lines())) {
            return before;
        }
        return new Held(
                object.ref(), same ? before.manifest() : manifest, object.raw(), object.lines(), before.firstSeen());
    }

    private static Diagnostic twice(ReadObject object, ReadObject first) {
        return new Diagnostic(
                Severity.ERROR,
                Codes.DEFINED_TWICE.code(),
                object.ref(),
                "",
                "This object is defined in " + first.lines().locate("") + " already, and that definition counts.",
                "Remove one of the two, or rename it.",
                object.lines().locate(""));
    }

    /** Says of an error that something older stays in effect because of it. */
    private static Diagnostic explained(Diagnostic found, FileManifests file, Map<ObjectRef, Held> kept) {
        if (found.severity() != Severity.ERROR) {
            return found;
        }
        String more = "";
        if (kept.containsKey(found.object())) {
            more = " The last good version stays in effect.";
        } else if (file.coverage() == Coverage.PARTIAL
                && kept.values().stream().anyMatch(held -> held.lines().file().equals(file.file()))) {
            more = " What the file held before stays in effect.";
        }
        String message = found.message();
        return new Diagnostic(
                found.severity(),
                found.code(),
                found.object(),
                found.field(),
                more.isEmpty() || message.endsWith(".") ? message + more : message + "." + more,
                found.fix(),
                found.location());
    }
}
