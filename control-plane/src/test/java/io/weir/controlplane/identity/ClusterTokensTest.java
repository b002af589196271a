package io.weir.controlplane.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.Metadata;
import io.weir.controlplane.identity.ProxyAuthenticator.Denied;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that a real API server signs and reviews, asked under the rules that the control plane is installed with. */
@KubeTest
class ClusterTokensTest {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final InstantSource clock = InstantSource.system();
    private final Map<WorkloadKey, Workload> mesh = new ConcurrentHashMap<>();
    private CertificateAuthority authority;

    @BeforeEach
    void open() throws IOException {
        authority = CertificateAuthority.open(
                StateFolder.open(folder.resolve("state")),
                new TrustDomain("cluster.local"),
                CertificateSettings.defaults(),
                clock);
    }

    @AfterEach
    void close() throws IOException {
        authority.close();
    }

    private ChainedAuthenticator authenticator(KubernetesClient client) {
        return ChainedAuthenticator.cluster(
                TokenReviews.of(client, Sidecar.TOKEN_AUDIENCE, clock), authority, mesh::get, clock);
    }

    private static Pod pod(KubeApiServer kube, String namespace, String name) {
        return kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName("default")
                        .addNewContainer()
                        .withName("app")
                        .withImage("app")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static WorkloadKey key(Pod pod) {
        return new WorkloadKey(
                pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    private void meshHas(Pod pod, String uid, String account, @Nullable Binds binds) {
        Identity identity = new Identity(pod.getMetadata().getNamespace(), account);
        mesh.put(key(pod), new Workload(key(pod), uid, identity, List.of(), Mode.DENY, binds));
    }

    private void meshHas(Pod pod) {
        meshHas(pod, pod.getMetadata().getUid(), "default", new Binds.Explicit(List.of("10.0.0.1")));
    }

    private static ProxyCredential credential(ChainedAuthenticator authenticator, String token) throws Denied {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, token);
        return authenticator.authenticate(headers, null);
    }

    /** Null where it is accepted. */
    private static @Nullable DenialReason denial(ChainedAuthenticator authenticator, String token) {
        try {
            assertThat(credential(authenticator, token)).isNotNull();
            return null;
        } catch (Denied denied) {
            return denied.reason();
        }
    }

    @Test
    void a_bound_token_proves_its_pod_and_lasts_as_long_as_it_says(KubeApiServer kube) throws Exception {
        Pod pod = pod(kube, kube.namespace("shop"), "buyer-0");
        meshHas(pod);
        try (KubernetesClient client =
                InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml").client()) {
            ChainedAuthenticator authenticator = authenticator(client);
            String token = kube.podToken(pod, Sidecar.TOKEN_AUDIENCE);
            for (String header : new String[] {token, "Bearer " + token}) {
                ProxyCredential credential = credential(authenticator, header);
                assertThat(credential.identity())
                        .isEqualTo(new ProxyIdentity(
                                pod.getMetadata().getNamespace(),
                                "default",
                                "buyer-0",
                                pod.getMetadata().getUid()));
                assertThat(Objects.requireNonNull(credential.expiresAt()))
                        .isBetween(
                                clock.instant().plus(Duration.ofMinutes(30)),
                                clock.instant().plus(Duration.ofMinutes(61)));
            }
        }
    }

    @Test
    void a_token_that_is_not_this_pods_for_this_port_is_refused_and_counted(KubeApiServer kube) {
        String namespace = kube.namespace("shop");
        Pod pod = pod(kube, namespace, "buyer-0");
        meshHas(pod);
        try (KubernetesClient client =
                InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml").client()) {
            ChainedAuthenticator authenticator = authenticator(client);
            String good = kube.podToken(pod, Sidecar.TOKEN_AUDIENCE);
            assertThat(denial(authenticator, kube.podToken(pod, "vault"))).isEqualTo(DenialReason.TOKEN_WRONG_AUDIENCE);
            assertThat(denial(authenticator, kube.podToken(pod))).isEqualTo(DenialReason.TOKEN_WRONG_AUDIENCE);
            assertThat(denial(authenticator, kube.token(namespace, "default", Sidecar.TOKEN_AUDIENCE)))
                    .isEqualTo(DenialReason.TOKEN_NOT_BOUND);
            assertThat(denial(authenticator, good.substring(0, good.lastIndexOf('.') + 1) + "c2lnbmF0dXJl"))
                    .isEqualTo(DenialReason.TOKEN_NOT_ACCEPTED);
            assertThat(denial(authenticator, "Basic YTpi")).isEqualTo(DenialReason.NOT_BEARER);
            assertThat(authenticator.denials())
                    .containsEntry(DenialReason.TOKEN_WRONG_AUDIENCE, 2L)
                    .containsEntry(DenialReason.TOKEN_NOT_BOUND, 1L)
                    .containsEntry(DenialReason.TOKEN_NOT_ACCEPTED, 1L);
        }
    }

    @Test
    void a_good_token_of_a_pod_that_the_mesh_sees_otherwise_is_refused(KubeApiServer kube) {
        Pod pod = pod(kube, kube.namespace("shop"), "buyer-0");
        String uid = pod.getMetadata().getUid();
        Binds sidecar = new Binds.Explicit(List.of("10.0.0.1"));
        try (KubernetesClient client =
                InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml").client()) {
            ChainedAuthenticator authenticator = authenticator(client);
            String token = kube.podToken(pod, Sidecar.TOKEN_AUDIENCE);
            assertThat(denial(authenticator, token)).isEqualTo(DenialReason.POD_NOT_KNOWN_YET);
            meshHas(pod, "uid of a former pod", "default", sidecar);
            assertThat(denial(authenticator, token)).isEqualTo(DenialReason.OTHER_UID);
            meshHas(pod, uid, "seller", sidecar);
            assertThat(denial(authenticator, token)).isEqualTo(DenialReason.OTHER_SERVICE_ACCOUNT);
            meshHas(pod, uid, "default", null);
            assertThat(denial(authenticator, token)).isEqualTo(DenialReason.WORKLOAD_NOT_MESHED);
            meshHas(pod);
            assertThat(denial(authenticator, token)).isNull();
        }
    }

    @Test
    void a_token_is_refused_once_its_pod_is_deleted(KubeApiServer kube) {
        Pod pod = pod(kube, kube.namespace("shop"), "buyer-0");
        meshHas(pod);
        try (KubernetesClient client =
                InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml").client()) {
            ChainedAuthenticator authenticator = authenticator(client);
            String token = kube.podToken(pod, Sidecar.TOKEN_AUDIENCE);
            assertThat(denial(authenticator, token)).isNull();

            kube.client().resource(pod).withGracePeriod(0).delete();

            // The API server remembers for some seconds what it accepted.
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(denial(authenticator, token)).isEqualTo(DenialReason.TOKEN_NOT_ACCEPTED));
        }
    }

    @Test
    void while_the_api_server_is_away_proxies_come_back_and_new_ones_are_told_to_wait() {
        try (KubeApiServer kube = KubeApiServer.launch()) {
            String namespace = kube.namespace("shop");
            Pod known = pod(kube, namespace, "buyer-0");
            Pod fresh = pod(kube, namespace, "buyer-1");
            meshHas(known);
            meshHas(fresh);
            try (KubernetesClient client = InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml")
                    .client()) {
                ChainedAuthenticator authenticator = authenticator(client);
                String token = kube.podToken(known, Sidecar.TOKEN_AUDIENCE);
                String next = kube.podToken(fresh, Sidecar.TOKEN_AUDIENCE);
                assertThat(denial(authenticator, token)).isNull();
                kube.kill();

                assertThat(denial(authenticator, token)).isNull();
                assertThat(denial(authenticator, next)).isEqualTo(DenialReason.TOKEN_UNREVIEWED);
                mesh.remove(key(known));
                assertThat(denial(authenticator, token)).isEqualTo(DenialReason.POD_NOT_KNOWN_YET);

                kube.start();
                assertThat(denial(authenticator, next)).isNull();
            }
        }
    }
}
