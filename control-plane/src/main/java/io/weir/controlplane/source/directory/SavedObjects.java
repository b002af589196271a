package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.Lines;
import io.weir.controlplane.source.directory.FolderState.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The last good objects in a file, so that a restart with a broken manifest keeps what was in effect. */
final class SavedObjects {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SavedObjects() {}

    /**
     * What was saved; nothing if the file does not exist or is not readable as such, for it only repeats manifests.
     *
     * @throws IOException if the file is there and can't be read
     */
    static FolderState load(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return FolderState.EMPTY;
        } catch (JacksonException e) {
            throw new IOException("not the JSON that was saved: " + e.getOriginalMessage(), e);
        }
        TreeMap<ObjectRef, Held> objects = new TreeMap<>();
        for (JsonNode entry : root.path("objects")) {
            if (entry.get("manifest") instanceof ObjectNode manifest) {
                ObjectDecoder.Outcome outcome = ObjectDecoder.decode(manifest, List.of());
                if (outcome.manifest() != null) {
                    Lines lines = new Lines(
                            entry.path("file").asString(""),
                            Map.of("", entry.path("line").asInt(1)));
                    objects.put(
                            outcome.ref(),
                            new Held(outcome.ref(), outcome.manifest(), manifest, lines, firstSeen(entry)));
                }
            }
        }
        return new FolderState(objects);
    }

    private static Instant firstSeen(JsonNode entry) {
        try {
            return Instant.parse(entry.path("firstSeen").asString(""));
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /**
     * Replaces the file in one step, readable by its owner only: environments in manifests may hold secrets.
     *
     * @throws IOException if it can't be written
     */
    static void save(Path file, FolderState state) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode objects = root.putArray("objects");
        for (Held held : state.objects().values()) {
            ObjectNode entry = objects.addObject();
            entry.put("file", held.lines().file());
            entry.put("line", held.lines().locate("").line());
            entry.put("firstSeen", held.firstSeen().toString());
            entry.set("manifest", held.raw());
        }
        PrivateFile.replace(file, JSON.writeValueAsBytes(root));
    }
}
