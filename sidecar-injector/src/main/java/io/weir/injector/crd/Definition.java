package io.weir.injector.crd;

import io.weir.smi.SmiKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The CustomResourceDefinition of a kind as a cluster has it.
 *
 * @param served versions that clients may use
 * @param storage the version that is written to etcd
 * @param stored every version that something in etcd may still be of
 * @param strategy of conversion: {@code None} or {@code Webhook}
 * @param webhook the Service that converts, {@code namespace/name}; empty where none does
 * @param caBundle base64, which the API server must trust to call it; empty where there is none
 */
public record Definition(
        SmiKind kind,
        List<String> served,
        String storage,
        List<String> stored,
        boolean established,
        String strategy,
        String webhook,
        String caBundle) {

    private static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    public Definition {
        served = List.copyOf(served);
        stored = List.copyOf(stored);
    }

    /** {@code trafficsplits.split.smi-spec.io}. */
    public static String name(SmiKind kind) {
        return kind.plural() + "." + kind.group();
    }

    /** Versions that something may still be stored in, other than the one that Weir reads. */
    public List<String> leftovers() {
        return stored.stream()
                .filter(version -> !version.equals(kind.hubVersion()))
                .toList();
    }

    static String path() {
        return PATH;
    }

    static String path(SmiKind kind) {
        return PATH + "/" + name(kind);
    }

    static Definition of(SmiKind kind, ObjectNode tree) {
        List<JsonNode> versions = tree.at("/spec/versions").valueStream().toList();
        JsonNode conversion = tree.at("/spec/conversion");
        JsonNode client = conversion.at("/webhook/clientConfig");
        JsonNode service = client.path("service");
        return new Definition(
                kind,
                versions.stream()
                        .filter(version -> version.path("served").asBoolean(false))
                        .map(version -> version.path("name").asString(""))
                        .toList(),
                versions.stream()
                        .filter(version -> version.path("storage").asBoolean(false))
                        .map(version -> version.path("name").asString(""))
                        .findFirst()
                        .orElse(""),
                tree.at("/status/storedVersions")
                        .valueStream()
                        .map(version -> version.asString(""))
                        .toList(),
                tree.at("/status/conditions")
                        .valueStream()
                        .anyMatch(
                                condition -> condition.path("type").asString("").equals("Established")
                                        && condition.path("status").asString("").equals("True")),
                conversion.path("strategy").asString("None"),
                service.isObject()
                        ? service.path("namespace").asString("") + "/"
                                + service.path("name").asString("")
                        : "",
                client.path("caBundle").asString(""));
    }

    /** As Weir installs it. */
    static ObjectNode ours(SmiKind kind) {
        String file = "/crds/" + name(kind) + ".yaml";
        try (InputStream in = Objects.requireNonNull(SmiKind.class.getResourceAsStream(file), file)) {
            return (ObjectNode) YAMLMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
