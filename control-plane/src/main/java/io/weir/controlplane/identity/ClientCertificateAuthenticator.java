package io.weir.controlplane.identity;

import io.grpc.Metadata;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A workload's own certificate. TLS has checked its chain; it is checked again here, because a resumed session shows
 * the certificate of the first handshake, and the roots may have changed since.
 */
final class ClientCertificateAuthenticator implements ProxyAuthenticator {

    private static final int LONGEST_CHAIN = 4;
    private static final int NO_AUTHORITY = -1;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int URI = 6;
    private static final int DNS = 2;

    private final Of of;
    private final TrustDomain trustDomain;
    private final Supplier<TrustBundle> roots;
    private final Membership membership;
    private final InstantSource clock;

    /** Whose certificates count. */
    enum Of {
        /** Any workload's: where there are no pods. */
        WORKLOADS,
        /** Those that name a pod and its uid: pods of one account could pose as each other with any other. */
        PODS,
        /** Those of the telemetry program, which name its pod and, instead of the pod's own, the program's DNS name. */
        TELEMETRY
    }

    ClientCertificateAuthenticator(
            Of of, TrustDomain trustDomain, Supplier<TrustBundle> roots, Membership membership, InstantSource clock) {
        this.of = of;
        this.trustDomain = trustDomain;
        this.roots = roots;
        this.membership = membership;
        this.clock = clock;
    }

    @Override
    public ProxyCredential authenticate(Metadata headers, @Nullable SSLSession session) throws Denied {
        List<X509Certificate> chain = chain(session);
        X509Certificate leaf = chain.getFirst();
        refuseOtherUses(leaf);
        verify(chain);
        Identity identity = trustDomain.identity(onlyName(leaf, URI));
        if (identity == null) {
            throw new Denied(DenialReason.CERTIFICATE_NAMES);
        }
        PodBinding pod = pod(leaf);
        WorkloadKey workload = workload(identity, onlyName(leaf, DNS), pod);
        if (workload == null || !agree(pod, identity, workload)) {
            throw new Denied(DenialReason.CERTIFICATE_NAMES);
        }
        return new ProxyCredential(
                membership.admit(
                        identity.namespace(),
                        identity.serviceAccount(),
                        workload.name(),
                        pod == null ? null : pod.podUid()),
                leaf.getNotAfter().toInstant());
    }

    /** Null if the certificate is of no pod, which it may be outside of a cluster. */
    private @Nullable PodBinding pod(X509Certificate leaf) throws Denied {
        try {
            PodBinding pod = PodBinding.of(leaf);
            if (pod == null && of != Of.WORKLOADS) {
                throw new Denied(DenialReason.CERTIFICATE_NOT_OF_POD);
            }
            return pod;
        } catch (CertificateParsingException _) {
            throw new Denied(DenialReason.CERTIFICATE_NAMES);
        }
    }

    /** Whose name it is; null if it is not of the kind that counts here. */
    private @Nullable WorkloadKey workload(Identity identity, String dnsName, @Nullable PodBinding pod) {
        return switch (of) {
            case WORKLOADS, PODS -> trustDomain.workload(identity.namespace(), dnsName);
            case TELEMETRY -> pod == null || !dnsName.equals(trustDomain.telemetryServerName()) ? null : pod.workload();
        };
    }

    private static boolean agree(@Nullable PodBinding pod, Identity identity, WorkloadKey workload) {
        return pod == null || (pod.identity().equals(identity) && pod.workload().equals(workload));
    }

    private static List<X509Certificate> chain(@Nullable SSLSession session) throws Denied {
        if (session == null) {
            throw new Denied(DenialReason.NO_CREDENTIAL);
        }
        Certificate[] peer;
        try {
            peer = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException _) {
            throw new Denied(DenialReason.NO_CREDENTIAL);
        }
        if (peer.length == 0 || peer.length > LONGEST_CHAIN) {
            throw new Denied(DenialReason.CERTIFICATE_UNTRUSTED);
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : peer) {
            if (!(certificate instanceof X509Certificate x509)) {
                throw new Denied(DenialReason.CERTIFICATE_UNTRUSTED);
            }
            chain.add(x509);
        }
        return chain;
    }

    private static void refuseOtherUses(X509Certificate leaf) throws Denied {
        boolean[] usage = leaf.getKeyUsage();
        if (leaf.getBasicConstraints() != NO_AUTHORITY || (usage != null && usage[KEY_CERT_SIGN])) {
            throw new Denied(DenialReason.CERTIFICATE_IS_AUTHORITY);
        }
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (usage == null || !usage[DIGITAL_SIGNATURE] || purposes == null || !purposes.contains(CLIENT_AUTH)) {
                throw new Denied(DenialReason.CERTIFICATE_WRONG_USAGE);
            }
        } catch (CertificateParsingException _) {
            throw new Denied(DenialReason.CERTIFICATE_WRONG_USAGE);
        }
    }

    private void verify(List<X509Certificate> chain) throws Denied {
        List<X509Certificate> trusted = roots.get().roots();
        // A path to a root is given without the root.
        List<X509Certificate> path = chain.stream()
                .filter(certificate -> !trusted.contains(certificate))
                .toList();
        Set<TrustAnchor> anchors =
                trusted.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException _) {
            throw new Denied(DenialReason.CERTIFICATE_UNTRUSTED);
        }
    }

    /** Two names of a kind would let two readers see two identities in one certificate. */
    private static String onlyName(X509Certificate leaf, int kind) throws Denied {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = leaf.getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.get(0) instanceof Integer type && type == kind && name.get(1) instanceof String value) {
                    names.add(value);
                }
            }
        } catch (CertificateParsingException _) {
            throw new Denied(DenialReason.CERTIFICATE_NAMES);
        }
        if (names.size() != 1) {
            throw new Denied(DenialReason.CERTIFICATE_NAMES);
        }
        return names.getFirst();
    }
}
