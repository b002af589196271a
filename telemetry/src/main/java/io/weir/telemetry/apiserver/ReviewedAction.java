package io.weir.telemetry.apiserver;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request is, in the words of authorization: the same as the API server found when it let it in (requirements 4.1). */
sealed interface ReviewedAction {

    String verb();

    /**
     * Something of a kind.
     *
     * @param group of the API
     * @param namespace empty for none
     * @param subresource empty for none
     * @param name empty for a list
     */
    record OnResource(
            String verb,
            String group,
            String version,
            String namespace,
            String resource,
            String subresource,
            String name)
            implements ReviewedAction {}

    /** A path that stands for no resource, as those of discovery. */
    record OnPath(String verb, String path) implements ReviewedAction {}

    /** Null for a method that no rule can allow. */
    static @Nullable ReviewedAction of(String method, String path) {
        String verb = switch (method) {
            case "GET", "HEAD" -> "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> null;
        };
        if (verb == null) {
            return null;
        }
        List<String> parts = Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty())
                .toList();
        return parts.size() > 3 && parts.getFirst().equals("apis")
                ? onResource(verb, parts.get(1), parts.get(2), parts.subList(3, parts.size()))
                : new OnPath(verb, path);
    }

    private static OnResource onResource(String verb, String group, String version, List<String> parts) {
        String namespace = "";
        List<String> rest = parts;
        if (parts.getFirst().equals("namespaces") && parts.size() > 1) {
            namespace = parts.get(1);
            // The namespace itself is a resource in itself; what follows its name is of another kind.
            rest = parts.size() > 2 ? parts.subList(2, parts.size()) : parts;
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        return new OnResource(
                verb.equals("get") && name.isEmpty() ? "list" : verb,
                group,
                version,
                namespace,
                rest.getFirst(),
                rest.size() > 2 ? rest.get(2) : "",
                name);
    }
}
