package io.weir.telemetry.api;

import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a path means (requirements 4.1). */
sealed interface Target {

    /** {@code /apis}. */
    record Groups() implements Target {}

    /** {@code /apis/metrics.smi-spec.io}. */
    record Group() implements Target {}

    /** What a version has. */
    record Version(ApiVersion version) implements Target {}

    /** {@code /openapi/v2}. */
    record OpenApiV2() implements Target {}

    /** {@code /openapi/v3}: where the documents of the versions are. */
    record OpenApiV3() implements Target {}

    record OpenApiV3Of(ApiVersion version) implements Target {}

    /** @param namespace null: of all namespaces, or of a kind that has none */
    record ListOf(
            ApiVersion version, ResourceKind kind, @Nullable String namespace) implements Target {}

    record One(ApiVersion version, Resource resource) implements Target {}

    record EdgesOf(ApiVersion version, Resource resource) implements Target {}

    /** Null if a path means nothing. One slash at its end makes no difference. */
    static @Nullable Target of(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        List<String> segments = List.of(trimmed.split("/", -1));
        if (segments.size() < 2 || !segments.getFirst().isEmpty()) {
            return null;
        }
        List<String> rest = segments.subList(2, segments.size());
        return switch (segments.get(1)) {
            case "apis" -> apis(rest);
            case "openapi" -> openApi(rest);
            default -> null;
        };
    }

    private static @Nullable Target apis(List<String> segments) {
        if (segments.isEmpty()) {
            return new Groups();
        }
        if (!segments.getFirst().equals(ApiVersion.GROUP)) {
            return null;
        }
        if (segments.size() == 1) {
            return new Group();
        }
        ApiVersion version = version(segments.get(1));
        return version == null ? null : objects(version, segments.subList(2, segments.size()));
    }

    private static @Nullable Target openApi(List<String> segments) {
        if (segments.equals(List.of("v2"))) {
            return new OpenApiV2();
        }
        if (segments.equals(List.of("v3"))) {
            return new OpenApiV3();
        }
        if (segments.size() == 4 && segments.subList(0, 3).equals(List.of("v3", "apis", ApiVersion.GROUP))) {
            ApiVersion version = version(segments.get(3));
            return version == null ? null : new OpenApiV3Of(version);
        }
        return null;
    }

    private static @Nullable ApiVersion version(String segment) {
        return Arrays.stream(ApiVersion.values())
                .filter(one -> one.version().equals(segment))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Target objects(ApiVersion version, List<String> segments) {
        if (segments.isEmpty()) {
            return new Version(version);
        }
        ResourceKind kind = kind(segments.getFirst());
        if (kind == null || segments.contains("")) {
            return null;
        }
        if (segments.size() == 1) {
            return new ListOf(version, kind, null);
        }
        if (kind.namespaced()) {
            return null;
        }
        Resource resource = new Resource(kind, "", segments.get(1));
        if (segments.size() == 2) {
            return new One(version, resource);
        }
        if (segments.size() == 3 && segments.get(2).equals("edges")) {
            return new EdgesOf(version, resource);
        }
        return kind == ResourceKind.NAMESPACE ? namespaced(version, segments.subList(1, segments.size())) : null;
    }

    /** @param segments the namespace, a kind, and whatever follows */
    private static @Nullable Target namespaced(ApiVersion version, List<String> segments) {
        ResourceKind kind = kind(segments.get(1));
        if (kind == null || !kind.namespaced()) {
            return null;
        }
        String namespace = segments.getFirst();
        if (segments.size() == 2) {
            return new ListOf(version, kind, namespace);
        }
        Resource resource = new Resource(kind, namespace, segments.get(2));
        if (segments.size() == 3) {
            return new One(version, resource);
        }
        return segments.size() == 4 && segments.get(3).equals("edges") ? new EdgesOf(version, resource) : null;
    }

    private static @Nullable ResourceKind kind(String plural) {
        return Arrays.stream(ResourceKind.values())
                .filter(kind -> kind.plural().equals(plural))
                .findFirst()
                .orElse(null);
    }
}
