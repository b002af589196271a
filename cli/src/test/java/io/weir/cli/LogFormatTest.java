package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogFormatTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void logs_are_an_object_a_line_where_the_environment_asks_for_it() throws Exception {
        Path mesh = Files.createDirectory(folder.resolve("mesh"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.weir.cli.Main",
                "serve",
                mesh.toString(),
                "--state",
                folder.resolve("state").toString());
        builder.environment().put("WEIR_LOG_FORMAT", "json");
        builder.environment().put("XDG_DATA_HOME", folder.resolve("data").toString());
        Process weir = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            JsonNode made = line(weir, "certificate authority made");

            assertThat(made.path("level").asString()).isEqualTo("INFO");
            assertThat(made.path("logger").asString()).startsWith("io.weir.");
            assertThat(made.path("time").asString()).endsWith("Z");
            assertThat(made.path("fields").path("phase").asString()).isEqualTo("STEADY");
        } finally {
            weir.destroy();
            weir.waitFor();
        }
    }

    private static JsonNode line(Process weir, String message) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(weir.getErrorStream(), StandardCharsets.UTF_8))) {
            String all = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all += line + "\n";
                JsonNode object = object(line);
                if (object.path("message").asString("").contains(message)) {
                    return object;
                }
            }
            throw new AssertionError("no such message in:\n" + all);
        }
    }

    private static JsonNode object(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException notOurs) {
            // What the JVM and the command itself say to people.
            return JSON.createObjectNode();
        }
    }
}
