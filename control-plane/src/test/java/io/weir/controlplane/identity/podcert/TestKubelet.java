package io.weir.controlplane.identity.podcert;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Asks for pod certificates as a node's kubelet does, with no more rights than one. */
public final class TestKubelet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KubeApiServer kube;
    private final String node;
    private final String nodeUid;
    private final KubernetesClient client;

    /** A new node. */
    public TestKubelet(KubeApiServer kube, String node) {
        this.kube = kube;
        this.node = node;
        this.nodeUid = kube.client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(node)
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getUid();
        this.client = kube.user("system:node:" + node, "system:nodes").client();
    }

    /** A pod on this node, with a sidecar that mounts a certificate of Weir's. */
    public PodBuilder pod(String namespace, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("default")
                .withNodeName(node)
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .addNewContainer()
                .withName(Sidecar.PROXY_CONTAINER)
                .withImage("envoy")
                .endContainer()
                .addNewVolume()
                .withName("identity")
                .withNewProjected()
                .addNewSource()
                .withNewPodCertificate()
                .withSignerName(Sidecar.POD_CERTIFICATE_SIGNER)
                .withKeyType("ECDSAP256")
                .withCredentialBundlePath("bundle.pem")
                .endPodCertificate()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec();
    }

    /** The pod runs. */
    public Pod run(PodBuilder pod) {
        return kube.client().resource(pod.build()).create();
    }

    /** What this kubelet asks for a pod and a key that it made. */
    public PodCertificateRequestBuilder request(Pod pod, KeyPair keys) {
        String namespace = pod.getMetadata().getNamespace();
        String account = pod.getSpec().getServiceAccountName();
        return new PodCertificateRequestBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withGenerateName("req-" + pod.getMetadata().getName() + "-")
                .endMetadata()
                .withNewSpec()
                .withSignerName(Sidecar.POD_CERTIFICATE_SIGNER)
                .withPodName(pod.getMetadata().getName())
                .withPodUID(pod.getMetadata().getUid())
                .withServiceAccountName(account)
                .withServiceAccountUID(kube.client()
                        .serviceAccounts()
                        .inNamespace(namespace)
                        .withName(account)
                        .get()
                        .getMetadata()
                        .getUid())
                .withNodeName(node)
                .withNodeUID(nodeUid)
                .withMaxExpirationSeconds(86_400)
                .withStubPKCS10Request(pkcs10(keys, keys))
                .endSpec();
    }

    /** Makes a request. The API server knows of a new pod or node a moment later than whoever made it. */
    public PodCertificateRequest send(PodCertificateRequestBuilder request) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> client.resource(request.build()).create(), made -> true);
    }

    /** The request, once it has its certificate or was refused one. */
    public PodCertificateRequest settled(PodCertificateRequest request) {
        return await().atMost(PATIENCE)
                .until(
                        () -> kube.client().resource(request).get(),
                        now -> now.getStatus() != null
                                && !now.getStatus().getConditions().isEmpty());
    }

    public static KeyPair ecKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An empty PKCS#10 request as kubelets make it. */
    static String pkcs10(KeyPair of, KeyPair signer) {
        String algorithm = switch (signer.getPrivate().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "EdDSA" -> "Ed25519";
            case String other -> throw new IllegalArgumentException(other);
        };
        try {
            return Base64.getEncoder()
                    .encodeToString(new JcaPKCS10CertificationRequestBuilder(new X500Name(""), of.getPublic())
                            .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                            .getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
