package io.weir.injector.crd;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.smi.ConversionEndpoint;
import io.weir.smi.SmiKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rewrites what is stored in older versions.
 *
 * <p>Kubernetes stores an object in the storage version when it is written, and leaves it as it was otherwise. Weir reads
 * storage versions only, which costs no conversion once all objects are stored so, and then works while the conversion
 * webhook does not.
 */
public final class StoredObjects {

    /** On an object that was converted without its content: to write it would make the loss last. */
    private static final String UNCONVERTED = ConversionEndpoint.UNCONVERTED;

    private static final int PAGE = 250;
    private static final int TRIES = 10;

    /** Versions of a kind that something may still be stored in, though Weir stores another. */
    public record Leftover(SmiKind kind, List<String> versions) {
        public Leftover {
            versions = List.copyOf(versions);
        }
    }

    /** An object that could not be rewritten, and why. */
    public record Stuck(String namespace, String name, String reason) {}

    /**
     * What came of a kind.
     *
     * @param objects how many were written again
     * @param stuck those that remain in an older version; if there is one, the older versions stay on the list
     */
    public record Rewritten(SmiKind kind, int objects, List<Stuck> stuck) {
        public Rewritten {
            stuck = List.copyOf(stuck);
        }
    }

    private final Api api;
    private final int page;

    public StoredObjects(KubernetesClient client) {
        this(client, PAGE);
    }

    StoredObjects(KubernetesClient client, int page) {
        this.api = new Api(client);
        this.page = page;
    }

    /** The kinds that need a rewrite; those without a definition have nothing stored. */
    public List<Leftover> leftovers() {
        List<Leftover> leftovers = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            ObjectNode tree = api.get(Definition.path(kind));
            if (tree != null && !Definition.of(kind, tree).leftovers().isEmpty()) {
                leftovers.add(new Leftover(kind, Definition.of(kind, tree).leftovers()));
            }
        }
        return leftovers;
    }

    /**
     * Rewrites every object of the kinds that need it, unchanged, and then strikes the older versions off the list.
     *
     * @throws KubernetesClientException if the objects can't be listed, as long as nobody converts them
     */
    public List<Rewritten> rewrite() {
        List<Rewritten> all = new ArrayList<>();
        for (Leftover leftover : leftovers()) {
            all.add(rewrite(leftover));
        }
        return all;
    }

    private Rewritten rewrite(Leftover leftover) {
        SmiKind kind = leftover.kind();
        ObjectNode definition = api.get(Definition.path(kind));
        if (definition == null || !Definition.of(kind, definition).storage().equals(kind.hubVersion())) {
            throw new IllegalStateException(
                    Definition.name(kind) + " does not store " + kind.hubVersion() + "; apply Weir's definition first");
        }
        int objects = 0;
        List<Stuck> stuck = new ArrayList<>();
        String next = "";
        do {
            ObjectNode list = list(kind, next);
            for (JsonNode item : list.path("items")) {
                String reason = rewrite(leftover, item);
                objects++;
                if (reason != null) {
                    JsonNode metadata = item.path("metadata");
                    stuck.add(new Stuck(
                            metadata.path("namespace").asString(""),
                            metadata.path("name").asString(""),
                            reason));
                }
            }
            next = list.at("/metadata/continue").asString("");
        } while (!next.isEmpty());
        if (stuck.isEmpty()) {
            trim(kind);
        }
        return new Rewritten(kind, objects - stuck.size(), stuck);
    }

    private ObjectNode list(SmiKind kind, String next) {
        String continued = next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        String path = "/apis/" + kind.hubApiVersion() + "/" + kind.plural() + "?limit=" + page + continued;
        try {
            return listed(kind, path);
        } catch (KubernetesClientException e) {
            if (e.getCode() != Api.GONE || next.isEmpty()) {
                throw e;
            }
            // The pages were of a moment that etcd has forgotten. The rest comes in one piece, of now.
            return listed(kind, "/apis/" + kind.hubApiVersion() + "/" + kind.plural());
        }
    }

    private ObjectNode listed(SmiKind kind, String path) {
        ObjectNode list = api.get(path);
        if (list == null) {
            throw new IllegalStateException(kind.kind() + " " + kind.hubVersion() + " is not served");
        }
        return list;
    }

    /** Null if it is stored in the storage version now, or gone. */
    private @Nullable String rewrite(Leftover leftover, JsonNode item) {
        SmiKind kind = leftover.kind();
        String reason = write(kind, kind.hubVersion(), item);
        if (reason == null) {
            return null;
        }
        // What an older version allows the newest may forbid. Written as what it was, it is stored all the same.
        for (String version : leftover.versions().reversed()) {
            if (write(kind, version, item) == null) {
                return null;
            }
        }
        return reason;
    }

    private @Nullable String write(SmiKind kind, String version, JsonNode item) {
        String path = "/apis/" + kind.group() + "/" + version + "/namespaces/"
                + item.at("/metadata/namespace").asString("") + "/" + kind.plural() + "/"
                + item.at("/metadata/name").asString("");
        String reason = "others wrote it all the time";
        for (int tries = 0; tries < TRIES; tries++) {
            ObjectNode current = api.get(path);
            if (current == null) {
                return null;
            }
            if (current.at("/metadata/annotations").has(UNCONVERTED)) {
                return "it can't be converted to " + version;
            }
            try {
                api.put(path, current);
                return null;
            } catch (JacksonException e) {
                return "it can't be written as JSON: " + e.getOriginalMessage();
            } catch (KubernetesClientException e) {
                switch (e.getCode()) {
                    case Api.NOT_FOUND -> {
                        return null;
                    }
                    case Api.CONFLICT -> reason = "others wrote it all the time";
                    default -> {
                        String message =
                                e.getStatus() == null ? null : e.getStatus().getMessage();
                        return message == null ? String.valueOf(e.getMessage()) : message;
                    }
                }
            }
        }
        return reason;
    }

    private void trim(SmiKind kind) {
        for (int tries = 0; tries < TRIES; tries++) {
            ObjectNode definition = api.get(Definition.path(kind));
            if (definition == null || !Definition.of(kind, definition).storage().equals(kind.hubVersion())) {
                throw new IllegalStateException(Definition.name(kind) + " was changed by others meanwhile");
            }
            ((ObjectNode) definition.get("status"))
                    .set("storedVersions", JsonNodeFactory.instance.arrayNode().add(kind.hubVersion()));
            try {
                api.put(Definition.path(kind) + "/status", definition);
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != Api.CONFLICT) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException(Definition.name(kind) + " is being written by others all the time");
    }
}
