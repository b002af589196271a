package io.weir.testing.kube;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** CustomResourceDefinitions, which an API server serves only some time after it took them. */
public final class Definitions {

    private Definitions() {}

    /** Waits until objects of a definition can be written; fails after 30 seconds. */
    public static void awaitEstablished(KubernetesClient client, String name) {
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name)
                .waitUntilCondition(Definitions::isEstablished, 30, TimeUnit.SECONDS);
    }

    /** Whether it is served. One that was just made has no conditions yet, or no status. */
    public static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }
}
