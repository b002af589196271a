package io.weir.injector.crd;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.smi.SmiKind;
import io.weir.smi.wellknown.Sidecar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Installs the definitions of SMI's kinds, and takes over those that another mesh installed. */
public final class CustomResourceDefinitions {

    private static final String VALIDATION =
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/weir-smi";
    private static final String CLIENT = "/spec/conversion/webhook/clientConfig";
    private static final int TRIES = 10;
    private static final Duration UNTIL_ESTABLISHED = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** What became of a definition. */
    public enum Outcome {
        CREATED,
        UPDATED,
        UNCHANGED
    }

    public record Applied(SmiKind kind, Outcome outcome) {}

    private final Api api;
    private final String systemNamespace;

    /** @param systemNamespace where the injector runs, which converts */
    public CustomResourceDefinitions(KubernetesClient client, String systemNamespace) {
        this.api = new Api(client);
        this.systemNamespace = systemNamespace;
    }

    public CustomResourceDefinitions(KubernetesClient client) {
        this(client, Sidecar.SYSTEM_NAMESPACE);
    }

    /** As the cluster has it; null where it has none. */
    public @Nullable Definition find(SmiKind kind) {
        ObjectNode found = api.get(Definition.path(kind));
        return found == null ? null : Definition.of(kind, found);
    }

    /**
     * Makes all definitions what this version of Weir needs, and returns once they are served.
     *
     * <p>Nothing is changed if one of them can't be taken over.
     *
     * @throws UnreadableVersionsException if something may be stored in a version that Weir can't read
     */
    public List<Applied> apply() {
        for (SmiKind kind : SmiKind.values()) {
            ObjectNode existing = api.get(Definition.path(kind));
            if (existing != null) {
                check(Definition.of(kind, existing));
            }
        }
        List<Applied> applied = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            applied.add(new Applied(kind, apply(kind)));
        }
        for (SmiKind kind : SmiKind.values()) {
            awaitEstablished(kind);
        }
        return applied;
    }

    private static void check(Definition existing) {
        List<String> unreadable = existing.stored().stream()
                .filter(version -> !existing.kind().versions().contains(version))
                .toList();
        if (!unreadable.isEmpty()) {
            throw new UnreadableVersionsException(existing.kind(), unreadable);
        }
    }

    private Outcome apply(SmiKind kind) {
        KubernetesClientException lost = null;
        for (int tries = 0; tries < TRIES; tries++) {
            ObjectNode existing = api.get(Definition.path(kind));
            try {
                if (existing == null) {
                    api.post(Definition.path(), wanted(kind, null));
                    return Outcome.CREATED;
                }
                check(Definition.of(kind, existing));
                JsonNode before = existing.at("/metadata/resourceVersion");
                ObjectNode wanted = existing.deepCopy();
                wanted.set("spec", wanted(kind, existing).get("spec"));
                // The API server writes nothing where nothing changes, and gives the same version back.
                ObjectNode after = api.put(Definition.path(kind), wanted);
                return after.at("/metadata/resourceVersion").equals(before) ? Outcome.UNCHANGED : Outcome.UPDATED;
            } catch (KubernetesClientException e) {
                if (e.getCode() != Api.CONFLICT) {
                    throw e;
                }
                // The injector writes caBundles here, and the API server conditions.
                lost = e;
            }
        }
        throw new IllegalStateException(Definition.name(kind) + " is being written by others all the time", lost);
    }

    private ObjectNode wanted(SmiKind kind, @Nullable ObjectNode existing) {
        ObjectNode wanted = Definition.ours(kind);
        if (wanted.at(CLIENT) instanceof ObjectNode client) {
            ((ObjectNode) client.get("service")).put("namespace", systemNamespace);
            String caBundle = caBundle(existing == null ? null : existing.at(CLIENT), client);
            if (!caBundle.isEmpty()) {
                client.put("caBundle", caBundle);
            }
        }
        return wanted;
    }

    /**
     * The bundle that is there, if it is for our Service; else the one that the injector wrote for validation, which is
     * the same: so a definition that is taken over while the injector runs converts from its first moment.
     */
    private String caBundle(@Nullable JsonNode existing, ObjectNode ours) {
        if (existing != null
                && existing.path("service")
                        .path("name")
                        .equals(ours.path("service").path("name"))
                && existing.path("service")
                        .path("namespace")
                        .equals(ours.path("service").path("namespace"))
                && !existing.path("caBundle").asString("").isEmpty()) {
            return existing.path("caBundle").asString("");
        }
        ObjectNode validation = api.get(VALIDATION);
        return validation == null
                ? ""
                : validation.at("/webhooks/0/clientConfig/caBundle").asString("");
    }

    private void awaitEstablished(SmiKind kind) {
        long end = System.nanoTime() + UNTIL_ESTABLISHED.toNanos();
        while (true) {
            Definition definition = find(kind);
            if (definition != null && definition.established()) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(Definition.name(kind) + " is not established after "
                        + UNTIL_ESTABLISHED.toSeconds() + " s; its conditions say why");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
