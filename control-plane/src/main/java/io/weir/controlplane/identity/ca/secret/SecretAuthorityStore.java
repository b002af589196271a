package io.weir.controlplane.identity.ca.secret;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.identity.ca.store.AuthorityStore;
import io.weir.controlplane.identity.state.StateUnusable;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Secret in Weir's own namespace, replaced only while its resourceVersion is the one that was read. That there once was
 * one is known by the roots that were published from it.
 */
public final class SecretAuthorityStore implements AuthorityStore {

    /** The Secret's name. */
    public static final String NAME = "weir-ca";

    private static final String KEY = "authority.json";

    private final KubernetesClient client;
    private final String namespace;

    /** @param client stays its owner's */
    public SecretAuthorityStore(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public @Nullable Saved read() throws IOException {
        try {
            Secret secret =
                    client.secrets().inNamespace(namespace).withName(NAME).get();
            if (secret == null) {
                return absent();
            }
            Map<String, String> data = secret.getData();
            String encoded = data == null ? null : data.get(KEY);
            if (encoded == null) {
                throw new StateUnusable(place() + " has no " + KEY, remedy());
            }
            return new Saved(
                    new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8),
                    secret.getMetadata().getResourceVersion());
        } catch (KubernetesClientException e) {
            throw new IOException(place() + " can't be read: " + e.getMessage(), e);
        }
    }

    private @Nullable Saved absent() throws StateUnusable {
        ConfigMap roots = client.configMaps()
                .inNamespace(namespace)
                .withName(Sidecar.ROOTS_CONFIG_MAP)
                .get();
        if (roots != null) {
            throw new StateUnusable(
                    place() + " is gone, although its roots were published (ConfigMap " + namespace + "/"
                            + Sidecar.ROOTS_CONFIG_MAP + ")",
                    remedy());
        }
        return null;
    }

    @Override
    public String write(String text, @Nullable String replaced) throws IOException {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .withResourceVersion(replaced)
                .addToLabels("app.kubernetes.io/part-of", "weir")
                .endMetadata()
                .withType("weir.io/certificate-authority")
                .addToData(KEY, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .build();
        try {
            Secret written = replaced == null
                    ? client.resource(secret).create()
                    : client.resource(secret).update();
            return written.getMetadata().getResourceVersion();
        } catch (KubernetesClientException e) {
            boolean gone = replaced != null && e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
            if (gone || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                throw new Outdated(place());
            }
            throw new IOException(place() + " can't be written: " + e.getMessage(), e);
        }
    }

    @Override
    public String place() {
        return "Secret " + namespace + "/" + NAME;
    }

    @Override
    public String remedy() {
        return "restore it from a backup; or, to begin with a new root, stop the control plane, delete it and ConfigMap "
                + namespace + "/" + Sidecar.ROOTS_CONFIG_MAP
                + ", start the control plane and restart every pod with a sidecar";
    }

    @Override
    public void close() {
        // The client is its owner's.
    }
}
