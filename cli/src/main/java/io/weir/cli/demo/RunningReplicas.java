package io.weir.cli.demo;

import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What runs in a mesh, by its state folder: what the control plane wants to run, and what the supervisor calls ready. */
final class RunningReplicas {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Path state;
    private final HttpClient http;
    private List<DesiredReplica> last = List.of();

    RunningReplicas(Path state, HttpClient http) {
        this.state = state;
        this.http = http;
    }

    /** As the control plane says now; while it does not answer, as it said last. */
    List<DesiredReplica> all() {
        List<DesiredReplica> now = ask();
        if (now != null) {
            last = now;
        }
        return last;
    }

    /** Those of {@code wanted}, by {@code namespace/name}, that do not take traffic yet. */
    Set<String> missing(Set<String> wanted) {
        Set<String> missing = new TreeSet<>(wanted);
        Set<String> ready = readyUids();
        for (DesiredReplica replica : all()) {
            if (ready.contains(replica.uid())) {
                missing.remove(replica.key());
            }
        }
        return missing;
    }

    private Set<String> readyUids() {
        try {
            return JSON.readValue(Files.readString(state.resolve("ready.json")), new TypeReference<Set<String>>() {});
        } catch (IOException | JacksonException e) {
            return Set.of();
        }
    }

    private @Nullable List<DesiredReplica> ask() {
        try {
            AdminAddress admin = AdminAddress.read(state);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + admin.address() + "/v1/replicas"))
                    .header("Authorization", "Bearer " + admin.token())
                    .timeout(LIMIT)
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? DesiredReplicas.read(answer.body()).replicas()
                    : null;
        } catch (IOException | JacksonException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
