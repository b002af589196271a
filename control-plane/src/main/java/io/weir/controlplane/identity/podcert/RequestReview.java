package io.weir.controlplane.identity.podcert;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whether a request may have its certificate. The API server has checked much of it when a kubelet made it; but others may
 * be allowed to make requests too, and an identity hangs on it, so all is checked again, against the live objects.
 */
final class RequestReview {

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final KubernetesClient client;

    RequestReview(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The key to sign.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server can't be asked
     */
    PublicKey review(CertificateRequest request) throws Refused {
        checkForm(request);
        PublicKey key = RequestedKey.of(request.pkcs10());
        PodBinding asked = request.pod();
        Pod pod = client.pods()
                .inNamespace(asked.namespace())
                .withName(asked.pod())
                .get();
        if (pod == null) {
            throw Refused.denied("PodNotFound", "spec.podName: there is no pod " + asked.workload());
        }
        checkPod(asked, pod);
        ServiceAccount account = client.serviceAccounts()
                .inNamespace(asked.namespace())
                .withName(asked.serviceAccount())
                .get();
        if (account == null
                || !asked.serviceAccountUid().equals(account.getMetadata().getUid())) {
            throw Refused.denied(
                    "OtherServiceAccount",
                    "spec.serviceAccountUID is not that of the ServiceAccount " + asked.identity()
                            + "; was it replaced? Restart the pod");
        }
        return key;
    }

    private static void checkForm(CertificateRequest request) throws Refused {
        PodBinding pod = request.pod();
        Map<String, String> needed = new TreeMap<>(Map.of(
                "podName", pod.pod(),
                "podUID", pod.podUid(),
                "serviceAccountName", pod.serviceAccount(),
                "serviceAccountUID", pod.serviceAccountUid(),
                "nodeName", pod.node()));
        for (Map.Entry<String, String> field : needed.entrySet()) {
            if (field.getValue().isEmpty()) {
                throw Refused.denied("InvalidRequest", "spec." + field.getKey() + " is missing");
            }
        }
        if (!request.annotations().isEmpty()) {
            throw Refused.denied(
                    "UnknownAnnotation",
                    "spec.unverifiedUserAnnotations: the signer " + Sidecar.POD_CERTIFICATE_SIGNER
                            + " knows none; remove userAnnotations from the pod's podCertificate volume");
        }
    }

    private static void checkPod(PodBinding asked, Pod pod) throws Refused {
        if (!asked.podUid().equals(pod.getMetadata().getUid())) {
            throw Refused.denied(
                    "OtherPod", "spec.podUID is not that of the pod " + asked.workload() + ", which was replaced");
        }
        if (!asked.serviceAccount().equals(pod.getSpec().getServiceAccountName())) {
            throw Refused.denied(
                    "OtherServiceAccount",
                    "spec.serviceAccountName: the pod " + asked.workload() + " runs under another account");
        }
        if (!asked.node().equals(pod.getSpec().getNodeName())) {
            throw Refused.denied(
                    "OtherNode", "spec.nodeName: the pod " + asked.workload() + " does not run on that node");
        }
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        if (pod.getMetadata().getDeletionTimestamp() != null || (phase != null && ENDED.contains(phase))) {
            throw Refused.denied("PodEnds", "spec.podName: the pod " + asked.workload() + " has ended, or is ending");
        }
        if (!hasSidecar(pod)) {
            throw Refused.denied(
                    "NoSidecar",
                    "spec.podName: the pod " + asked.workload() + " has no container " + Sidecar.PROXY_CONTAINER
                            + ", for which alone these certificates are; label its namespace " + Keys.INJECT + "="
                            + Keys.ENABLED + " and restart it, or remove its podCertificate volume");
        }
    }

    private static boolean hasSidecar(Pod pod) {
        return Stream.of(pod.getSpec().getInitContainers(), pod.getSpec().getContainers())
                .flatMap(List::stream)
                .map(Container::getName)
                .anyMatch(Sidecar.PROXY_CONTAINER::equals);
    }
}
