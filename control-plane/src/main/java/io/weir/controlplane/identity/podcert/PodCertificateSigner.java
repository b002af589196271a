package io.weir.controlplane.identity.podcert;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import io.weir.controlplane.source.kubernetes.watch.Resource;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.smi.wellknown.Sidecar;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Settles the PodCertificateRequests of our signer name, for as long as it is open. One replica should do so; if two do,
 * each request is settled once all the same. Where the cluster has no such requests, it waits until it has.
 */
public final class PodCertificateSigner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodCertificateSigner.class);

    /** The API takes no certificate that lives shorter. */
    private static final Duration SHORTEST = Duration.ofHours(1);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final int AT_ONCE = 4;
    private static final int GONE = 404;
    private static final int CHANGED = 409;
    private static final int INVALID = 422;
    private static final String FORBIDDEN = "FieldValueForbidden";

    /** What became of a request. */
    public enum Outcome {
        ISSUED,
        DENIED,
        FAILED
    }

    private final CertificateAuthority authority;
    private final RequestReview review;
    private final RequestStatus status;
    private final ConcurrentMap<ObjectRef, CertificateRequest> open = new ConcurrentHashMap<>();
    private final Consumer<Outcome> settled;
    private final ScheduledThreadPoolExecutor workers = new ScheduledThreadPoolExecutor(
            AT_ONCE, Thread.ofVirtual().name("pod-certificates-", 0).factory());
    private final KindInformer<CertificateRequest> informer;

    private PodCertificateSigner(
            KubernetesClient client, CertificateAuthority authority, WatchOptions options, Consumer<Outcome> settled) {
        KubernetesClient once = ApiServer.once(client, PATIENCE);
        this.authority = authority;
        this.review = new RequestReview(once);
        this.status = new RequestStatus(once);
        this.settled = settled;
        this.informer = KindInformer.start(
                ApiServer.of(client, options),
                new Resource(
                        CertificateRequest.KIND,
                        "/apis/certificates.k8s.io/v1/podcertificaterequests",
                        "spec.signerName=" + Sidecar.POD_CERTIFICATE_SIGNER,
                        Resource.Extent.WHOLE,
                        Resource.Presence.INSTALLED),
                (ref, object, _) -> CertificateRequest.of(ref, object),
                new Requests());
    }

    /**
     * @param client stays its owner's, and must be open until this is closed
     * @param settled told of each request, by several threads
     */
    public static PodCertificateSigner start(
            KubernetesClient client, CertificateAuthority authority, WatchOptions options, Consumer<Outcome> settled) {
        return new PodCertificateSigner(client, authority, options, settled);
    }

    /** How following the requests goes. */
    public InformerStatus requests() {
        return informer.status();
    }

    @Override
    public void close() {
        informer.close();
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("a pod certificate is still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Requests implements KindInformer.Sink<CertificateRequest> {

        @Override
        public void changed(Map<ObjectRef, @Nullable CertificateRequest> changes) {
            changes.forEach((ref, request) -> {
                boolean ours = request != null
                        && request.state() == CertificateRequest.State.OPEN
                        && request.signer().equals(Sidecar.POD_CERTIFICATE_SIGNER);
                if (!ours) {
                    open.remove(ref);
                } else if (open.put(ref, request) == null) {
                    later(ref, 0, Duration.ZERO);
                }
            });
        }

        @Override
        public void synced() {
            LOG.info("signing pod certificates as {}", Sidecar.POD_CERTIFICATE_SIGNER);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the task reports its own failures
    private void later(ObjectRef ref, int attempts, Duration pause) {
        try {
            workers.schedule(() -> attempt(ref, attempts), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed: whoever signs next lists the request again.
            open.remove(ref);
        }
    }

    /** One thread at a time has a request: it leaves {@link #open} when that thread is done with its last version. */
    private void attempt(ObjectRef ref, int attempts) {
        CertificateRequest request = open.get(ref);
        if (request == null) {
            return;
        }
        try {
            settle(request);
        } catch (KubernetesClientException e) {
            if (e.getCode() != GONE && e.getCode() != CHANGED) {
                Duration pause = pause(attempts);
                // Once a request: it is tried every half minute for as long as its pod waits.
                LOG.atLevel(attempts == 0 ? Level.WARN : Level.DEBUG)
                        .log("{} waits: status {}: {}", ref, e.getCode(), e.getMessage());
                later(ref, attempts + 1, pause);
                return;
            }
        } catch (RuntimeException bug) {
            LOG.error("{} can't be settled", ref, bug);
        }
        if (!open.remove(ref, request) && open.containsKey(ref)) {
            later(ref, 0, Duration.ZERO);
        }
    }

    private static Duration pause(int attempts) {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(attempts, 20));
        return pause.compareTo(LAST_RETRY) < 0 ? pause : LAST_RETRY;
    }

    private void settle(CertificateRequest request) {
        try {
            PublicKey key = review.review(request);
            PodCertificate certificate = certificate(request, key);
            try {
                status.issued(request, certificate);
            } catch (KubernetesClientException e) {
                if (e.getCode() == INVALID && !lacksPermission(e)) {
                    throw Refused.failed(
                            "NotAccepted", "the API server does not take the certificate: " + e.getMessage());
                }
                throw e;
            }
            settled.accept(Outcome.ISSUED);
            LOG.info("pod certificate issued: pod={} until={}", request.pod().workload(), certificate.notAfter());
        } catch (Refused why) {
            status.refused(request, why);
            settled.accept(
                    switch (why.kind()) {
                        case DENIED -> Outcome.DENIED;
                        case FAILED -> Outcome.FAILED;
                    });
            LOG.warn(
                    "pod certificate refused: request={} pod={} reason={}",
                    request.ref(),
                    request.pod().workload(),
                    why.reason());
        }
    }

    /** Said of a user who may not sign, in the form of a bad value: that may be put right, and the request waits. */
    private static boolean lacksPermission(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> FORBIDDEN.equals(cause.getReason()));
    }

    private PodCertificate certificate(CertificateRequest request, PublicKey key) throws Refused {
        PodCertificate certificate;
        try {
            certificate = authority.issue(request.pod(), key, request.longest());
        } catch (IllegalArgumentException e) {
            throw Refused.denied("InvalidRequest", "spec.podName, spec.serviceAccountName: " + e.getMessage());
        }
        Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
        if (life.compareTo(SHORTEST) < 0) {
            throw Refused.failed(
                    "LifeTooShort",
                    "the mesh's certificates end after " + life.toMinutes()
                            + " min, and Kubernetes takes none that live "
                            + "less than 60: give them an hour or more, or turn Weir's pod certificates off");
        }
        return certificate;
    }
}
