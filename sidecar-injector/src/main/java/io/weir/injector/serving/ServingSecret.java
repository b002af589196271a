package io.weir.injector.serving;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state in its Secret, which is replaced only while it is what was read. */
final class ServingSecret {

    private static final Logger log = LoggerFactory.getLogger(ServingSecret.class);
    private static final String SIGNER = "ca";
    private static final String NEXT = "next-ca";
    private static final String PREVIOUS = "previous-ca";
    private static final String PAIR = "tls";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    ServingSecret(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    String name() {
        return name;
    }

    /**
     * What was read.
     *
     * @param version null if there is no Secret
     * @param state null as well if what it holds can't be used
     */
    record Read(@Nullable String version, @Nullable ServingState state) {}

    Read read() {
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        if (secret == null) {
            return new Read(null, null);
        }
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        String version = secret.getMetadata().getResourceVersion();
        try {
            X509Certificate previous =
                    data.containsKey(PREVIOUS + ".crt") ? Pem.certificate(text(data, PREVIOUS + ".crt")) : null;
            Certified next = data.containsKey(NEXT + ".crt") ? certified(data, NEXT) : null;
            return new Read(version, new ServingState(certified(data, SIGNER), next, previous, certified(data, PAIR)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause could quote a key.
            log.warn("Secret {}/{} holds no certificates of Weir's; it is written anew", namespace, name);
            return new Read(version, null);
        }
    }

    /** Whether it was written: false if another replica did so before. */
    boolean write(ServingState state, @Nullable String replaced) {
        Map<String, String> data = new TreeMap<>();
        put(data, SIGNER, state.signer());
        put(data, PAIR, state.pair());
        if (state.next() != null) {
            put(data, NEXT, state.next());
        }
        if (state.previous() != null) {
            data.put(PREVIOUS + ".crt", base64(Pem.certificates(List.of(state.previous()))));
        }
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withResourceVersion(replaced)
                .addToLabels("app.kubernetes.io/part-of", "weir")
                .endMetadata()
                .withType("weir.io/serving-certificates")
                .withData(data)
                .build();
        try {
            if (replaced == null) {
                client.resource(secret).create();
            } else {
                client.resource(secret).update();
            }
            return true;
        } catch (KubernetesClientException e) {
            boolean gone = replaced != null && e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
            if (gone || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    private static void put(Map<String, String> data, String name, Certified certified) {
        data.put(name + ".crt", base64(Pem.certificates(List.of(certified.certificate()))));
        data.put(name + ".key", base64(Pem.key(certified.key())));
    }

    private static Certified certified(Map<String, String> data, String name) throws GeneralSecurityException {
        return new Certified(Pem.certificate(text(data, name + ".crt")), Pem.key(text(data, name + ".key")));
    }

    private static String text(Map<String, String> data, String key) {
        String value = data.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
