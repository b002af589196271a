package io.weir.testing.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a kube-apiserver was asked for: all requests that it has answered, or begun to. */
public final class AuditLog {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    /**
     * A request, in the words of RBAC.
     *
     * @param group empty for the core API
     * @param resource with its subresource: {@code pods/status}
     * @param name empty for a collection
     * @param code of the answer
     */
    public record Request(String verb, String group, String resource, String namespace, String name, int code) {

        static Request of(JsonNode event) {
            JsonNode object = event.path("objectRef");
            String subresource = object.path("subresource").asString("");
            return new Request(
                    event.path("verb").asString(""),
                    object.path("apiGroup").asString(""),
                    object.path("resource").asString("") + (subresource.isEmpty() ? "" : "/" + subresource),
                    object.path("namespace").asString(""),
                    object.path("name").asString(""),
                    event.path("responseStatus").path("code").asInt(0));
        }
    }

    /** Those of one user for resources, oldest first. The server writes them down at once. */
    public List<Request> of(String user) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(JSON::readTree)
                    .filter(event ->
                            event.path("user").path("username").asString("").equals(user))
                    .filter(event -> event.has("objectRef"))
                    .map(Request::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
