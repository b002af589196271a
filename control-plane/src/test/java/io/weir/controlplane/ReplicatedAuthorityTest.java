package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.secret.SecretAuthorityStore;
import io.weir.controlplane.identity.state.StateUnusable;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.replicas.ReplicaReport;
import io.weir.controlplane.replicas.Replicas;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Several replicas that share one authority, with the rights that the control plane is installed with. */
@KubeTest
class ReplicatedAuthorityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
    private static final CertificateSettings AT_ONCE =
            new CertificateSettings(Duration.ofHours(1), Duration.ofDays(100), Duration.ofMinutes(1), Duration.ZERO);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private InstalledAccount account;
    private String token;

    @BeforeEach
    void installed(KubeApiServer kube) {
        account = InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml");
        token = token(kube);
    }

    @Test
    void a_new_root_signs_once_every_replica_that_did_not_leave_has_told_that_its_proxies_know_it() throws Exception {
        String namespace = account.namespace();
        try (KubernetesClient client = account.client();
                ClusterControlPlane one = start(client, "one");
                ClusterControlPlane two = start(client, "two");
                Replicas silent = Replicas.join(
                        client,
                        namespace,
                        "silent",
                        () -> InstantSource.system().instant().minus(Duration.ofMinutes(10)))) {
            JsonNode before = authority(one);
            assertThat(authority(two)).isEqualTo(before);

            ask(two, "POST", "/v1/ca/rotate");
            await().atMost(PATIENCE).until(() -> waits(one) || waits(two)); // whichever leads
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(authority(one).path("roots").size()).isEqualTo(2);
                assertThat(authority(one).path("bundleVersion"))
                        .isEqualTo(authority(two).path("bundleVersion"));
                assertThat(authority(one).path("signer")).isEqualTo(before.path("signer"));
            });

            silent.publish(new ReplicaReport(bundle(client, namespace), "", new TreeSet<>(), true));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(authority(one).path("phase").asString()).isEqualTo("SIGNING_NEW");
                assertThat(authority(one).path("signer")).isNotEqualTo(before.path("signer"));
                assertThat(authority(two).path("signer"))
                        .isEqualTo(authority(one).path("signer"));
            });
        }
    }

    @Test
    void while_the_authority_is_lost_who_runs_goes_on_and_who_starts_says_how_to_restore_it(KubeApiServer kube)
            throws Exception {
        String namespace = account.namespace();
        try (KubernetesClient client = account.client();
                ClusterControlPlane one = start(client, "one")) {
            JsonNode before = authority(one);
            await().atMost(PATIENCE)
                    .until(() -> kube.client()
                                    .configMaps()
                                    .inNamespace(namespace)
                                    .withName(Sidecar.ROOTS_CONFIG_MAP)
                                    .get()
                            != null);
            Resource<Secret> stored =
                    kube.client().secrets().inNamespace(namespace).withName("weir-ca");
            Secret backup = stored.get();
            stored.delete();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ask(one, "GET", "/metrics")).contains("weir_ca_alarm 1.0"));
            assertThatThrownBy(() -> start(client, "two"))
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageContaining("restore it from a backup");
            assertThat(stored.get()).isNull();
            assertThat(authority(one).path("signer")).isEqualTo(before.path("signer"));

            backup.getMetadata().setResourceVersion(null);
            backup.getMetadata().setUid(null);
            kube.client().resource(backup).create();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ask(one, "GET", "/metrics")).contains("weir_ca_alarm 0.0"));
            try (ClusterControlPlane two = start(client, "two")) {
                assertThat(authority(two).path("signer")).isEqualTo(before.path("signer"));
            }
        }
    }

    @Test
    void at_the_pods_loopback_the_admin_api_may_be_read_without_a_token_and_no_more() throws Exception {
        try (KubernetesClient client = account.client();
                ClusterControlPlane one = start(client, "one")) {
            String local = "http://127.0.0.1:" + one.localPort();
            assertThat(send("GET", local + "/v1/status").statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(send("GET", local + "/v1/status").body())
                            .path("mode")
                            .asString())
                    .isEqualTo("permissive");
            assertThat(send("POST", local + "/v1/ca/rotate").statusCode()).isEqualTo(404);
            assertThat(send("GET", "http://127.0.0.1:" + one.adminPort() + "/v1/status")
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    private static HttpResponse<String> send(String method, String uri) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(uri))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private ClusterControlPlane start(KubernetesClient client, String name) throws IOException, InterruptedException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return ClusterControlPlane.start(
                client,
                new ClusterOptions(
                        account.namespace(),
                        name,
                        anyPort,
                        anyPort,
                        anyPort,
                        new MeshSettings("cluster.local", DOMAIN.name(), Mode.PERMISSIVE),
                        AT_ONCE,
                        KubernetesOptions.defaults(),
                        null,
                        ClusterOptions.PodCertificates.NEVER,
                        Duration.ofMillis(1)));
    }

    private boolean waits(ClusterControlPlane replica) throws IOException, InterruptedException {
        return authority(replica).path("waitingFor").asString().contains("have not acknowledged the new root");
    }

    private JsonNode authority(ClusterControlPlane replica) throws IOException, InterruptedException {
        return JSON.readTree(ask(replica, "GET", "/v1/status")).path("authority");
    }

    private String ask(ClusterControlPlane replica, String method, String path)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.adminPort() + path))
                            .header("Authorization", "Bearer " + token)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    private static String bundle(KubernetesClient client, String namespace) throws IOException {
        try (CertificateAuthority authority = CertificateAuthority.open(
                new CertificateAuthority.Shared(new SecretAuthorityStore(client, namespace), null),
                DOMAIN,
                AT_ONCE,
                InstantSource.system())) {
            return authority.bundle().version();
        }
    }

    /** Of a user who may ask for a new root. */
    private static String token(KubeApiServer kube) {
        String name = kube.namespace("person");
        kube.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .addNewRule()
                        .withNonResourceURLs("/weir/*")
                        .withVerbs("get", "create")
                        .endRule()
                        .build())
                .create();
        kube.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                        .addNewSubject(null, "ServiceAccount", "default", name)
                        .build())
                .create();
        return kube.token(name, "default");
    }
}
