package io.weir.controlplane.identity.ca.secret;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.identity.ca.store.GivenRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A Secret of type {@code kubernetes.io/tls}, as a person makes it or cert-manager does for a Certificate with isCA. */
public final class SecretRoots implements GivenRoots {

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    public SecretRoots(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    public Given current() throws IOException {
        try {
            Secret secret =
                    client.secrets().inNamespace(namespace).withName(name).get();
            if (secret == null || secret.getData() == null) {
                throw new IOException(place() + ", which is to hold the mesh's root, does not exist or is empty");
            }
            return new Given(text(secret.getData(), "tls.crt"), text(secret.getData(), "tls.key"));
        } catch (KubernetesClientException e) {
            throw new IOException(place() + " can't be read: " + e.getMessage(), e);
        }
    }

    private String text(Map<String, String> data, String key) throws IOException {
        String encoded = data.get(key);
        if (encoded == null) {
            throw new IOException(place() + " has no " + key);
        }
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    @Override
    public String place() {
        return "Secret " + namespace + "/" + name;
    }
}
