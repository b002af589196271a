package io.weir.testing.prometheus;

import static org.awaitility.Awaitility.await;

import io.weir.testing.kube.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus of its own data and port. */
public final class RunningPrometheus implements AutoCloseable {

    private static final Duration UNTIL_READY = Duration.ofMinutes(1);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=(127\\.0\\.0\\.1:\\d+)");
    private static final JsonMapper JSON = new JsonMapper();

    private final Daemon daemon;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI url;

    private RunningPrometheus(Daemon daemon, URI url) {
        this.daemon = daemon;
        this.url = url;
    }

    /** One element of an answer. */
    public record Sample(Map<String, String> labels, double value) {}

    /**
     * Returns once it answers.
     *
     * @param folder for its data and log; exists
     * @param configuration as in its file
     */
    public static RunningPrometheus start(Path folder, String configuration) throws IOException {
        Path file = Files.writeString(folder.resolve("prometheus.yaml"), configuration);
        Path program = program();
        Daemon daemon = Daemon.start(
                program,
                List.of(
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:0"),
                folder);
        String address = await("Prometheus, logging to " + folder)
                .atMost(UNTIL_READY)
                .until(
                        () -> {
                            daemon.expectRunning();
                            return address(folder.resolve(program.getFileName() + ".log"));
                        },
                        found -> !found.isEmpty());
        return new RunningPrometheus(daemon, URI.create("http://" + address));
    }

    /** Where it answers: {@code http://127.0.0.1:9090}. */
    public URI url() {
        return url;
    }

    /** What an instant query answers now, in its order; a scalar has no labels. */
    public List<Sample> query(String promql) {
        return ask("query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
    }

    /** What it would have answered then. */
    public List<Sample> query(String promql, Instant then) {
        return ask("time=" + then + "&query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
    }

    private List<Sample> ask(String parameters) {
        JsonNode data = get("/api/v1/query?" + parameters).path("data");
        if (data.path("resultType").asString().equals("scalar")) {
            return List.of(new Sample(Map.of(), value(data.path("result"))));
        }
        List<Sample> samples = new ArrayList<>();
        for (JsonNode element : data.path("result")) {
            Map<String, String> labels = new TreeMap<>();
            element.path("metric").forEachEntry((name, label) -> labels.put(name, label.asString()));
            samples.add(new Sample(labels, value(element.path("value"))));
        }
        return samples;
    }

    /** The metrics that it knows of. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        get("/api/v1/label/__name__/values").path("data").forEach(name -> names.add(name.asString()));
        return names;
    }

    @Override
    public void close() {
        client.close();
        daemon.stop();
    }

    private static double value(JsonNode sample) {
        String text = sample.path(1).asString();
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private JsonNode get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve(path)).timeout(REQUEST_LIMIT).build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Prometheus was asked", e);
        }
    }

    /** Empty while it does not listen yet. */
    private static String address(Path log) throws IOException {
        Matcher said = LISTENING.matcher(Files.readString(log));
        return said.find() ? said.group(1) : "";
    }

    /** Tests run in the folder of their module. */
    private static Path program() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path script = folder.resolve("scripts/prometheus");
            if (Files.isExecutable(script)) {
                Process process = new ProcessBuilder(script.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                process.getOutputStream().close();
                String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                int status = process.onExit().join().exitValue();
                if (status != 0) {
                    throw new IllegalStateException(script + " found no Prometheus (its status is " + status
                            + "; standard error has the reason)");
                }
                return Path.of(answer);
            }
        }
        throw new IllegalStateException(
                "no scripts/prometheus above " + Path.of("").toAbsolutePath());
    }
}
