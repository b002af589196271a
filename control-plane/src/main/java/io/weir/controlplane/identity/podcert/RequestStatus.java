package io.weir.controlplane.identity.podcert;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestStatus;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.identity.pod.PodCertificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What is written to a request. Its version goes with it: of two replicas that both think they lead, one writes. */
final class RequestStatus {

    private final KubernetesClient client;

    RequestStatus(KubernetesClient client) {
        this.client = client;
    }

    void issued(CertificateRequest request, PodCertificate certificate) {
        write(
                request,
                conditions("Issued", "Issued", "by Weir, for the pod's identity in the mesh")
                        .withCertificateChain(certificate.chainPem())
                        .withNotBefore(certificate.notBefore().toString())
                        .withNotAfter(certificate.notAfter().toString())
                        .withBeginRefreshAt(certificate.renewAt().toString())
                        .build());
    }

    void refused(CertificateRequest request, Refused why) {
        write(
                request,
                conditions(why.kind().condition(), why.reason(), why.message()).build());
    }

    private static PodCertificateRequestStatusBuilder conditions(String type, String reason, String message) {
        return new PodCertificateRequestStatusBuilder()
                .withConditions(new ConditionBuilder()
                        .withType(type)
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .withLastTransitionTime(
                                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                        .build());
    }

    private void write(CertificateRequest request, PodCertificateRequestStatus status) {
        client.resource(new PodCertificateRequestBuilder()
                        .withNewMetadata()
                        .withNamespace(request.ref().namespace())
                        .withName(request.ref().name())
                        .withResourceVersion(request.resourceVersion())
                        .endMetadata()
                        .withStatus(status)
                        .build())
                .updateStatus();
    }
}
