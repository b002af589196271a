package io.weir.controlplane.xds.golden;

import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Recipe;
import io.weir.controlplane.xds.translate.ResourceJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The files: what should be in them, what is. */
final class Goldens {

    private static final ObjectMapper JSON = new JsonMapper();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private static final Map<XdsType, String> FILES = new EnumMap<>(Map.of(
            XdsType.CLUSTER, "clusters.yaml",
            XdsType.ENDPOINT, "endpoints.yaml",
            XdsType.LISTENER, "listeners.yaml",
            XdsType.ROUTE, "routes.yaml",
            XdsType.SECRET, "secrets.yaml"));

    private Goldens() {}

    /** The files of a case, by path within {@link GoldenCase#FOLDER}. */
    static SortedMap<String, String> expected(GoldenCase one) {
        List<Recipe> recipes = one.translated(one.telemetry()).recipes();
        SortedMap<String, String> files = new TreeMap<>();
        for (GoldenCase.Shown shown : one.shown()) {
            Recipe recipe = recipes.stream()
                    .filter(it -> it.type() == shown.type() && it.name().equals(shown.name()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(one.path() + " has no " + shown));
            files.merge(
                    one.path() + "/out/" + FILES.get(shown.type()),
                    "# " + one.why() + "\n" + yaml(recipe),
                    (above, below) -> above + "---\n" + below.substring(below.indexOf('\n') + 1));
        }
        files.put(one.path() + "/out/diagnostics.txt", diagnostics(one));
        return files;
    }

    private static String diagnostics(GoldenCase one) {
        return one.diagnostics().stream()
                .map(found -> found.severity() + " " + found.code() + " " + found.object() + " " + found.field() + ": "
                        + found.message() + "\n")
                .sorted()
                .collect(Collectors.joining());
    }

    private static String yaml(Recipe recipe) {
        XdsResource resource = XdsResource.of(recipe.type(), recipe.name(), recipe.build());
        return YAML.writeValueAsString(JSON.readTree(ResourceJson.print(resource.body())));
    }

    /** Paths within {@link GoldenCase#FOLDER} of all outputs that are there. */
    static SortedSet<String> present() throws IOException {
        if (!Files.isDirectory(GoldenCase.FOLDER)) {
            return new TreeSet<>();
        }
        try (Stream<Path> files = Files.walk(GoldenCase.FOLDER)) {
            SortedSet<String> found = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .filter(file -> file.getParent().endsWith("out"))
                    .forEach(file -> found.add(
                            GoldenCase.FOLDER.relativize(file).toString().replace('\\', '/')));
            return found;
        }
    }

    static void write(SortedMap<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = GoldenCase.FOLDER.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    /** Removes files that no case makes, and folders that are left empty. */
    static void removeOrphans(SortedSet<String> kept) throws IOException {
        for (String file : present()) {
            if (!kept.contains(file)) {
                Files.delete(GoldenCase.FOLDER.resolve(file));
            }
        }
        try (Stream<Path> all = Files.walk(GoldenCase.FOLDER)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.isDirectory(path) && isEmpty(path)) {
                    Files.delete(path);
                }
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }
}
