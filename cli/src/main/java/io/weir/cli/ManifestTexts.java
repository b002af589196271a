package io.weir.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The texts of a folder of manifests, hidden files and folders left out as a running mesh leaves them out. */
final class ManifestTexts {

    private ManifestTexts() {}

    static SortedMap<Path, String> of(Path folder) {
        TreeMap<Path, String> texts = new TreeMap<>();
        try {
            if (Files.isRegularFile(folder)) {
                texts.put(folder, Files.readString(folder, StandardCharsets.UTF_8));
                return texts;
            }
            try (Stream<Path> files = Files.walk(folder, 16)) {
                for (Path file : files.filter(path -> manifest(folder, path)).toList()) {
                    add(texts, file.normalize());
                }
            }
            return texts;
        } catch (IOException | UncheckedIOException e) {
            throw new Failure("can't read " + folder + ": " + e.getMessage(), "name the folder of manifests with -f");
        }
    }

    /** A file that is no text holds nothing that could be edited. */
    private static void add(SortedMap<Path, String> texts, Path file) throws IOException {
        try {
            texts.put(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            texts.remove(file);
        }
    }

    private static boolean manifest(Path folder, Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".") && !part.toString().equals(".")) {
                return false;
            }
        }
        String name = file.toString();
        return (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
                && !file.getFileName().toString().startsWith("#")
                && Files.isRegularFile(file);
    }
}
