package io.weir.testing.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** What one user needs to call a {@link KubeApiServer}. */
public final class Access {

    private final Config config;
    private final Path kubeconfig;

    private Access(Config config, Path kubeconfig) {
        this.config = config;
        this.kubeconfig = kubeconfig;
    }

    /** By client certificate. */
    static Access of(URI server, String ca, Authority.Credentials credentials, Path folder) {
        Config config = config(server, ca)
                .withClientCertData(base64(credentials.certificate()))
                .withClientKeyData(base64(credentials.key()))
                .withClientKeyAlgo("EC")
                .build();
        return new Access(
                config, write(config, """
                client-certificate-data: %s
                    client-key-data: %s\
                """.formatted(config.getClientCertData(), config.getClientKeyData()), folder));
    }

    /** By bearer token. */
    static Access of(URI server, String ca, String token, Path folder) {
        Config config = config(server, ca).withOauthToken(token).build();
        return new Access(config, write(config, "token: " + token, folder));
    }

    /** For a client of the test's own. */
    public Config config() {
        return new ConfigBuilder(config).build();
    }

    /** A new client, for the caller to close. */
    public KubernetesClient client() {
        return new KubernetesClientBuilder().withConfig(config()).build();
    }

    /** A file for {@code kubectl}, and for what else runs as a process. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    private static ConfigBuilder config(URI server, String ca) {
        // Not `new ConfigBuilder()`, which reads the developer's own kubeconfig.
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(server.toString())
                .withCaCertData(base64(ca));
    }

    private static Path write(Config config, String user, Path folder) {
        try {
            return Files.writeString(Files.createTempFile(folder, "kubeconfig-", ".yaml"), """
                    apiVersion: v1
                    kind: Config
                    current-context: test
                    contexts:
                    - name: test
                      context: {cluster: test, user: test}
                    clusters:
                    - name: test
                      cluster:
                        server: %s
                        certificate-authority-data: %s
                    users:
                    - name: test
                      user:
                        %s
                    """.formatted(
                            config.getMasterUrl(), config.getCaCertData(), user));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
