package io.weir.controlplane.source.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the manifests of a folder, again only those that may have changed. */
final class FolderReader {

    private static final int MAX_FILES = 10_000;
    private static final int MAX_DEPTH = 16;
    /** A file written this shortly before it was read may have been written again within one tick of its clock. */
    private static final Duration CLOCK_TICK = Duration.ofSeconds(2);

    private final Path folder;
    private Map<String, Seen> seen = new HashMap<>();

    FolderReader(Path folder) {
        this.folder = folder;
    }

    /**
     * What the folder holds.
     *
     * @param files sorted by name
     * @param folders every folder that was looked into, to be watched
     * @param stability whether files changed while they were read
     */
    record Scan(List<FileManifests> files, List<Path> folders, Stability stability) {}

    /** Whether a scan saw one moment of the folder. */
    enum Stability {
        STABLE,
        MOVING
    }

    /** @param bytes one character each */
    private record Seen(Stamp stamp, Instant readAt, String bytes, FileManifests manifests) {}

    /** Tells versions of a file apart without reading it. */
    record Stamp(long size, FileTime modified, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }

    /** @throws IOException if the folder itself can't be read */
    Scan scan() throws IOException {
        TreeMap<String, Path> found = new TreeMap<>();
        List<Path> folders = new ArrayList<>();
        list(folder, "", 0, found, folders, new HashSet<>());
        Map<String, Seen> next = new HashMap<>();
        List<FileManifests> files = new ArrayList<>();
        Stability stability = Stability.STABLE;
        for (Map.Entry<String, Path> entry : found.entrySet()) {
            String name = entry.getKey();
            try {
                Seen now = read(name, entry.getValue(), seen.get(name));
                next.put(name, now);
                files.add(now.manifests());
                if (!now.stamp().equals(Stamp.of(entry.getValue()))) {
                    stability = Stability.MOVING;
                }
            } catch (NoSuchFileException e) {
                // Deleted since it was listed; whether for good, the next scan tells.
                stability = Stability.MOVING;
            } catch (IOException e) {
                files.add(ManifestReader.unreadable(name, Objects.toString(e.getMessage(), e.toString())));
            }
        }
        seen = next;
        return new Scan(files, folders, stability);
    }

    /** The names of the manifests, sorted. */
    Set<String> names() throws IOException {
        TreeMap<String, Path> found = new TreeMap<>();
        list(folder, "", 0, found, new ArrayList<>(), new HashSet<>());
        return found.keySet();
    }

    /** Whether anything differs from the last scan, by stamps alone. */
    boolean changed() throws IOException {
        TreeMap<String, Path> found = new TreeMap<>();
        list(folder, "", 0, found, new ArrayList<>(), new HashSet<>());
        if (!found.keySet().equals(seen.keySet())) {
            return true;
        }
        for (Map.Entry<String, Path> entry : found.entrySet()) {
            Seen before = seen.get(entry.getKey());
            if (before == null || !current(before, Stamp.of(entry.getValue()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean current(Seen before, Stamp stamp) {
        return before.stamp().equals(stamp)
                && stamp.modified().toInstant().plus(CLOCK_TICK).isBefore(before.readAt());
    }

    private static Seen read(String name, Path file, @Nullable Seen before) throws IOException {
        Instant readAt = Instant.now();
        Stamp stamp = Stamp.of(file);
        if (before != null && current(before, stamp)) {
            return before;
        }
        if (stamp.size() > YamlComposer.MAX_BYTES) {
            return new Seen(stamp, readAt, "", ManifestReader.tooLarge(name));
        }
        byte[] bytes = Files.readAllBytes(file);
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        FileManifests manifests =
                before != null && before.bytes().equals(latin) ? before.manifests() : ManifestReader.read(name, bytes);
        return new Seen(stamp, readAt, latin, manifests);
    }

    private static void list(
            Path folder, String prefix, int depth, Map<String, Path> files, List<Path> folders, Set<Path> visited)
            throws IOException {
        // Links may lead in circles, so a folder counts by its real path.
        if (depth > MAX_DEPTH || !visited.add(folder.toRealPath())) {
            return;
        }
        folders.add(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".") || files.size() >= MAX_FILES) {
                    continue;
                }
                if (Files.isDirectory(entry)) {
                    subfolder(entry, prefix + name + "/", depth + 1, files, folders, visited);
                } else if (isManifest(name) && Files.isRegularFile(entry)) {
                    files.put(prefix + name, entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static void subfolder(
            Path entry, String prefix, int depth, Map<String, Path> files, List<Path> folders, Set<Path> visited)
            throws IOException {
        try {
            list(entry, prefix, depth, files, folders, visited);
        } catch (NoSuchFileException e) {
            // Deleted since it was listed.
        }
    }

    /** Editors' temporary files end in other ways or start with a dot or a hash. */
    static boolean isManifest(String name) {
        return (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json")) && !name.startsWith("#");
    }
}
