package io.weir.telemetry.api;

import io.weir.telemetry.model.ResourceKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The API as OpenAPI 2 and 3 describe it, for {@code kubectl explain} and those who generate clients. */
final class OpenApi {

    private OpenApi() {}

    /** How the two differ. */
    private enum Dialect {
        V2("#/definitions/"),
        V3("#/components/schemas/");

        private final String schemas;

        Dialect(String schemas) {
            this.schemas = schemas;
        }
    }

    /** All versions in one document. */
    static ObjectNode v2() {
        ObjectNode document = object().put("swagger", "2.0");
        info(document);
        ObjectNode paths = document.putObject("paths");
        ObjectNode definitions = document.putObject("definitions");
        for (ApiVersion version : ApiVersion.values()) {
            paths(Dialect.V2, version, paths);
            schemas(Dialect.V2, version, definitions);
        }
        return document;
    }

    /** Where the document of each version is; the hash lets clients keep it until it changes. */
    static ObjectNode v3() {
        ObjectNode index = object();
        ObjectNode paths = index.putObject("paths");
        for (ApiVersion version : ApiVersion.values()) {
            String path = "apis/" + version.groupVersion();
            paths.putObject(path)
                    .put(
                            "serverRelativeURL",
                            "/openapi/v3/" + path + "?hash=" + hash(v3(version).toString()));
        }
        return index;
    }

    static ObjectNode v3(ApiVersion version) {
        ObjectNode document = object().put("openapi", "3.0.0");
        info(document);
        paths(Dialect.V3, version, document.putObject("paths"));
        schemas(Dialect.V3, version, document.putObject("components").putObject("schemas"));
        return document;
    }

    private static void info(ObjectNode document) {
        document.putObject("info").put("title", "SMI metrics API").put("version", ApiVersion.V1ALPHA2.version());
    }

    private static void paths(Dialect dialect, ApiVersion version, ObjectNode paths) {
        for (ResourceKind kind : ResourceKind.values()) {
            String within = version.base() + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
            boolean several = kind == ResourceKind.TRAFFIC_SPLIT;
            path(dialect, version, paths, version.base() + "/" + kind.plural(), "TrafficMetricsList", "list");
            if (kind.namespaced()) {
                path(dialect, version, paths, within, "TrafficMetricsList", "list");
            }
            path(dialect, version, paths, within + "/{name}", several ? "TrafficMetricsList" : "TrafficMetrics", "get");
            path(dialect, version, paths, within + "/{name}/edges", "TrafficMetricsList", "get");
        }
    }

    private static void path(
            Dialect dialect, ApiVersion version, ObjectNode paths, String path, String schema, String verb) {
        ObjectNode get = paths.putObject(path).putObject("get");
        get.put("description", verb.equals("list") ? "metrics of each" : "metrics of one");
        get.put("operationId", verb + path.replaceAll("[^A-Za-z0-9]+", "_"));
        if (dialect == Dialect.V2) {
            get.putArray("produces").add("application/json");
        }
        var parameters = get.putArray("parameters");
        for (String name : List.of("namespace", "name")) {
            if (path.contains("{" + name + "}")) {
                parameters.add(parameter(dialect, name, "path").put("required", true));
            }
        }
        parameters.add(parameter(dialect, "t", "query").put("description", "window: a Go duration, 1s to 24h"));
        if (verb.equals("list")) {
            parameters.add(parameter(dialect, "labelSelector", "query").put("description", "which objects to list"));
        }
        ObjectNode ok = get.putObject("responses").putObject("200").put("description", "OK");
        ObjectNode body = dialect == Dialect.V2 ? ok : ok.putObject("content").putObject("application/json");
        body.set("schema", reference(dialect, version, schema));
        get.put("x-kubernetes-action", verb);
        get.set("x-kubernetes-group-version-kind", kind(version, schema));
    }

    private static ObjectNode parameter(Dialect dialect, String name, String in) {
        ObjectNode parameter = object().put("name", name).put("in", in);
        if (dialect == Dialect.V2) {
            return parameter.put("type", "string");
        }
        parameter.putObject("schema").put("type", "string");
        return parameter;
    }

    private static void schemas(Dialect dialect, ApiVersion version, ObjectNode schemas) {
        ObjectNode reference = type("object", "names an object");
        properties(reference, List.of("kind", "namespace", "name"));
        ObjectNode metadata = type("object", "its name, namespace and path");
        properties(metadata, List.of("name", "namespace", "selfLink", "creationTimestamp"));

        ObjectNode one = type("object", "the traffic of one object, or of one edge, in a window");
        ObjectNode of = properties(one, List.of("kind", "apiVersion", "timestamp", "window"));
        of.set("metadata", metadata);
        of.set("resource", reference.deepCopy());
        ObjectNode edge = type("object", "in which direction, seen from which side, and who the other end is");
        properties(edge, List.of("direction", "side")).set("resource", reference.deepCopy());
        of.set("edge", edge);
        ObjectNode backend = type("object", "a backend of a TrafficSplit; null for other objects");
        properties(backend, List.of("apex", "name")).set("weight", type("integer", "as declared"));
        of.set("backend", backend);
        ObjectNode metric = type("object", "a number, as a Kubernetes quantity");
        properties(metric, List.of("name", "unit", "value"));
        of.set("metrics", type("array", "latencies and counts").set("items", metric));
        one.putArray("x-kubernetes-group-version-kind").add(kind(version, "TrafficMetrics"));
        schemas.set(name(version, "TrafficMetrics"), one);

        ObjectNode list = type("object", "the traffic of several objects, edges or backends");
        ObjectNode ofList = properties(list, List.of("kind", "apiVersion"));
        ofList.set("metadata", metadata.deepCopy());
        ofList.set("resource", reference.deepCopy());
        ofList.set("selector", type("object", "the label selector that was asked for"));
        ofList.set("items", type("array", "one for each").set("items", reference(dialect, version, "TrafficMetrics")));
        list.putArray("x-kubernetes-group-version-kind").add(kind(version, "TrafficMetricsList"));
        schemas.set(name(version, "TrafficMetricsList"), list);
    }

    private static ObjectNode type(String type, String description) {
        return object().put("description", description).put("type", type);
    }

    private static ObjectNode properties(ObjectNode schema, List<String> strings) {
        ObjectNode properties = schema.putObject("properties");
        strings.forEach(name -> properties.putObject(name).put("type", "string"));
        return properties;
    }

    private static ObjectNode kind(ApiVersion version, String kind) {
        return object().put("group", ApiVersion.GROUP).put("kind", kind).put("version", version.version());
    }

    private static ObjectNode reference(Dialect dialect, ApiVersion version, String schema) {
        return object().put("$ref", dialect.schemas + name(version, schema));
    }

    /** As Kubernetes names them, by the reversed group. */
    private static String name(ApiVersion version, String schema) {
        return "io.smi-spec.metrics." + version.version() + "." + schema;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
