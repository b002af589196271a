package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.telemetry.model.ResourceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each file begins with a request, and goes on with what the mesh of {@link Shop} answers; {@code -Dgolden.update=true} makes
 * the files say what is answered. A file with nothing but a first line is a new case.
 */
class MetricsGoldenTest {

    private static final Path FOLDER = Path.of("src/test/resources/golden/api");
    private static final String UPDATE = "golden.update";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final MetricsApi api = new MetricsApi(Shop.readings(), Shop::inventory);

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @BeforeAll
    static void update() throws IOException {
        if (!Boolean.getBoolean(UPDATE)) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("goldens are written by people who read them, not by CI");
        }
        MetricsGoldenTest test = new MetricsGoldenTest();
        for (Path file : files()) {
            Files.writeString(file, test.answered(firstLine(file)));
        }
    }

    private static String firstLine(Path file) {
        try {
            return Files.readAllLines(file).getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answered(String request) {
        String[] words = request.split(" ", 3);
        URI uri = URI.create(words[1]);
        ApiAnswer answer = api.answer(new ApiRequest(
                words[0], uri.getPath(), query(uri), words.length == 3 ? words[2].replace("Accept: ", "") : null));
        StringBuilder text = new StringBuilder(request + "\n" + answer.status() + "\n");
        answer.headers().forEach((name, value) -> text.append(name + ": " + value + "\n"));
        return text + "\n" + JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(answer.body()))
                + "\n";
    }

    private static Map<String, String> query(URI uri) {
        TreeMap<String, String> query = new TreeMap<>();
        String raw = uri.getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts.length == 2 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        return query;
    }

    @TestFactory
    Stream<DynamicTest> every_request_is_answered_as_its_file_says() throws IOException {
        return files().stream()
                .map(file -> dynamicTest(
                        file.getFileName().toString(),
                        () -> assertThat(answered(firstLine(file)))
                                .as("if the change is meant, run this test with -D%s=true", UPDATE)
                                .isEqualTo(Files.readString(file))));
    }

    @Test
    void there_are_cases_for_every_kind() throws IOException {
        List<String> requests =
                files().stream().map(MetricsGoldenTest::firstLine).toList();
        for (ResourceKind kind : ResourceKind.values()) {
            assertThat(requests)
                    .as("a get and a list of %s", kind.plural())
                    .anyMatch(request -> request.matches(".*/" + kind.plural() + "/[^/ ]+( .*)?"))
                    .anyMatch(request -> request.matches(".*/" + kind.plural() + "(\\?.*)?"));
        }
    }
}
