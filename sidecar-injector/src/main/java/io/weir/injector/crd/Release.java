package io.weir.injector.crd;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the definitions of SMI's kinds stand without Weir, whose injector will convert no more.
 *
 * <p>Only the storage version stays served. With the conversion strategy None the API server would answer in the older
 * ones too, but with the stored object under another name: a client that reads such an object and writes it back would
 * delete every field that the older version hasn't. An error is better. {@link CustomResourceDefinitions#apply} undoes it.
 */
public final class Release {

    private static final String INJECTOR = "weir-injector";
    private static final int TRIES = 10;

    /** What became of a definition. */
    public enum Outcome {
        RELEASED,
        /** It is not Weir's injector that converts. */
        UNCHANGED,
        ABSENT
    }

    public record Released(SmiKind kind, Outcome outcome) {}

    private final Api api;
    private final String webhook;

    /** @param systemNamespace where the injector runs, whose conversion is to be ended */
    public Release(KubernetesClient client, String systemNamespace) {
        this.api = new Api(client);
        this.webhook = systemNamespace + "/" + INJECTOR;
    }

    /**
     * Ends the conversion of all kinds. What is stored in an older version must have been rewritten.
     *
     * @throws IllegalStateException if others write a definition all the time
     */
    public List<Released> run() {
        List<Released> released = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            released.add(new Released(kind, run(kind)));
        }
        return released;
    }

    private Outcome run(SmiKind kind) {
        for (int tries = 0; tries < TRIES; tries++) {
            ObjectNode definition = api.get(Definition.path(kind));
            if (definition == null) {
                return Outcome.ABSENT;
            }
            if (!Definition.of(kind, definition).webhook().equals(webhook)) {
                return Outcome.UNCHANGED;
            }
            ((ObjectNode) definition.get("spec")).putObject("conversion").put("strategy", "None");
            for (JsonNode version : definition.at("/spec/versions")) {
                ((ObjectNode) version).put("served", version.path("storage").asBoolean(false));
            }
            try {
                api.put(Definition.path(kind), definition);
                return Outcome.RELEASED;
            } catch (KubernetesClientException e) {
                if (e.getCode() != Api.CONFLICT) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException(Definition.name(kind) + " is being written by others all the time");
    }
}
