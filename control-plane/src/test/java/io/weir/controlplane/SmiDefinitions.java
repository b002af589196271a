package io.weir.controlplane;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.Definitions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The SMI kinds in an API server, without the webhook that converts between their versions. */
public final class SmiDefinitions {

    private SmiDefinitions() {}

    /** Returns once they are served. */
    public static void install(KubernetesClient client) {
        for (SmiKind kind : SmiKind.values()) {
            String name = kind.plural() + "." + kind.group();
            try (InputStream in = SmiKind.class.getResourceAsStream("/crds/" + name + ".yaml")) {
                CustomResourceDefinition definition =
                        client.getKubernetesSerialization().unmarshal(in, CustomResourceDefinition.class);
                definition.getSpec().setConversion(null);
                client.resource(definition).create();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (SmiKind kind : SmiKind.values()) {
            Definitions.awaitEstablished(client, kind.plural() + "." + kind.group());
        }
    }
}
