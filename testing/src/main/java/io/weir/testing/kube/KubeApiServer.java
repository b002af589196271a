package io.weir.testing.kube;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real kube-apiserver with an etcd of its own, on loopback. {@link KubeTest} gives tests one that they share;
 * {@link #launch()} starts one for a test that stops or kills it. Both processes end with the JVM.
 *
 * <p>There is nothing else of a cluster: nobody makes EndpointSlices, runs pods, deletes what an owner leaves behind,
 * or finishes the deletion of a namespace.
 */
public final class KubeApiServer implements AutoCloseable {

    private static final Duration UNTIL_READY = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final KubeAssets assets;
    private final ServerFolder folder;
    private final ApiServerFiles files;
    private final Etcd etcd;
    private final int port = FreePort.any();
    private final Access admin;
    private final KubernetesClient client;
    private @Nullable Daemon daemon;

    private KubeApiServer(KubeAssets assets) {
        this.assets = assets;
        this.folder = ServerFolder.create();
        this.files = new ApiServerFiles(folder.path());
        this.etcd = new Etcd(assets.program("etcd"), folder.path());
        this.admin = user("admin", "system:masters");
        this.client = admin.client();
    }

    /** Returns once both are ready. */
    public static KubeApiServer launch() {
        KubeApiServer server = new KubeApiServer(KubeAssets.find());
        try {
            server.etcd.start();
            server.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    public URI url() {
        return URI.create("https://127.0.0.1:" + port);
    }

    /** As PEM. */
    public String caCertificate() {
        return files.authority().certificate();
    }

    /** The client of {@link #admin()}, which lives as long as the server. */
    public KubernetesClient client() {
        return client;
    }

    /** Who may do everything. */
    public Access admin() {
        return admin;
    }

    /** A user with a client certificate, who need not be known to anyone: {@code user("system:node:n1", "system:nodes")}. */
    public Access user(String name, String... groups) {
        return Access.of(url(), caCertificate(), files.authority().client(name, List.of(groups)), folder.path());
    }

    /** A ServiceAccount that exists, with a token for the API server. */
    public Access serviceAccount(String namespace, String name) {
        return Access.of(url(), caCertificate(), token(namespace, name), folder.path());
    }

    /**
     * A token of a ServiceAccount, from a TokenRequest.
     *
     * @param audiences none: the API server's own
     */
    public String token(String namespace, String serviceAccount, String... audiences) {
        return request(
                namespace,
                serviceAccount,
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audiences)
                        .endSpec()
                        .build());
    }

    /** A token that is bound to a pod, as the kubelet mounts it into that pod; the API server refuses it once the pod is gone. */
    public String podToken(Pod pod, String... audiences) {
        return request(
                pod.getMetadata().getNamespace(),
                pod.getSpec().getServiceAccountName(),
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audiences)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build());
    }

    private String request(String namespace, String serviceAccount, TokenRequest request) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    /** Makes a namespace that no other test has, with its ServiceAccount {@code default}. */
    public String namespace(String prefix) {
        String name = client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(prefix + "-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(name)
                        .withName("default")
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    /**
     * Makes a Service behind which is this machine: a webhook that names it, with the port that a test listens on, is
     * called there, as {@code name.namespace.svc}. It is the one kind of Service that can lead to a loopback address.
     */
    public void serviceOnThisMachine(String namespace, String name) {
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withType("ExternalName")
                        .withExternalName("localhost")
                        .endSpec()
                        .build())
                .create();
    }

    /** Who asked it for what, and what became of it. */
    public AuditLog audit() {
        return files.audit();
    }

    public Path kubectl() {
        return assets.program("kubectl");
    }

    public Etcd etcd() {
        return etcd;
    }

    /** Starts it again after {@link #stop()} or {@link #kill()}, on the same port. Returns once it is ready. */
    public void start() {
        if (daemon != null) {
            throw new IllegalStateException("kube-apiserver runs already");
        }
        Daemon started =
                Daemon.start(assets.program("kube-apiserver"), files.arguments(port, etcd.url()), folder.path());
        daemon = started;
        Config config = admin.config();
        // Each look is one request, so that an end of the process is seen at once.
        config.setRequestRetryBackoffLimit(0);
        try (KubernetesClient looking =
                new KubernetesClientBuilder().withConfig(config).build()) {
            await("kube-apiserver, logging to " + folder.path())
                    .atMost(UNTIL_READY)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(BETWEEN_LOOKS)
                    .until(() -> {
                        started.expectRunning();
                        return ready(looking);
                    });
        }
    }

    /** Asks it to end, and returns once it has. */
    public void stop() {
        Daemon running = daemon;
        daemon = null;
        if (running != null) {
            running.stop();
        }
    }

    /** Ends it without a warning. */
    public void kill() {
        Daemon running = daemon;
        daemon = null;
        if (running != null) {
            running.kill();
        }
    }

    /** Ends both, and deletes all but their logs. */
    @Override
    public void close() {
        client.close();
        kill();
        etcd.kill();
        folder.deleteAllButLogs();
    }

    private static boolean ready(KubernetesClient client) {
        try {
            client.raw("/readyz");
            // Made in the background by the API server itself; the first request of a test may need it.
            return client.namespaces().withName("default").get() != null;
        } catch (KubernetesClientException _) {
            return false;
        }
    }
}
