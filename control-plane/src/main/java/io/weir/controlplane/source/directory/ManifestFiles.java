package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.source.ClusterState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Manifests looked at once, without running them: nothing is saved, addresses start at 127.16.0.0, and an invalid
 * object is left out.
 */
public final class ManifestFiles {

    private static final int LOWEST_PORT = 1024;

    private ManifestFiles() {}

    /**
     * Reads files, and folders with their subfolders.
     *
     * @param texts more manifests, by what stands for their file's name
     * @throws NoSuchFileException if one does not exist
     * @throws IOException if a folder can't be read; a file that can't be is a diagnostic
     */
    public static ClusterState read(List<Path> paths, SortedMap<String, String> texts) throws IOException {
        TreeMap<String, FileManifests> files = new TreeMap<>();
        texts.forEach((name, text) -> files.put(name, one(name, text)));
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                String prefix = path + (path.toString().endsWith("/") ? "" : "/");
                for (String name : new FolderReader(path).names()) {
                    files.put(prefix + name, one(prefix + name, path.resolve(name)));
                }
            } else if (Files.exists(path)) {
                files.put(path.toString(), one(path.toString(), path));
            } else {
                throw new NoSuchFileException(path.toString());
            }
        }
        return state(List.copyOf(files.values()));
    }

    /** Reads manifests from texts by file name. */
    public static ClusterState parse(SortedMap<String, String> texts) {
        return state(texts.entrySet().stream()
                .map(text -> one(text.getKey(), text.getValue()))
                .toList());
    }

    private static FileManifests one(String name, String text) {
        return ManifestReader.read(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static FileManifests one(String name, Path file) {
        try {
            if (Files.size(file) > YamlComposer.MAX_BYTES) {
                return ManifestReader.tooLarge(name);
            }
            return ManifestReader.read(name, Files.readAllBytes(file));
        } catch (IOException e) {
            return ManifestReader.unreadable(name, e.toString());
        }
    }

    private static ClusterState state(List<FileManifests> files) {
        FolderState.Merge merge = FolderState.EMPTY.merge(files, Instant.EPOCH);
        ClusterAssembly assembly = new ClusterAssembly(
                merge.state(),
                new ClusterAssembly.PortRules(
                        LOWEST_PORT, DirectoryOptions.HTTP_PROXY_PORT, Collections.emptySortedSet()),
                ClusterState.EMPTY);
        try (LoopbackPlan plan = LoopbackPlan.inMemory()) {
            LoopbackTable table = plan.assign(
                    assembly.wantedReplicas(), Sorted.set(assembly.services().keySet()));
            return assembly.assemble(plan.base(), table, merge.diagnostics());
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is saved here", e);
        }
    }
}
