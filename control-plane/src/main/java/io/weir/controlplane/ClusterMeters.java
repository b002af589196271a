package io.weir.controlplane;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.podcert.PodCertificateSigner;
import io.weir.controlplane.leader.LeaderElection;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** The meters that a control plane has in a cluster alone. Labels are kinds of objects: a closed set. */
final class ClusterMeters {

    private final MeterRegistry registry;

    ClusterMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void source(KubernetesSource source) {
        for (InformerStatus kind : source.kinds()) {
            source("weir.source.objects", "Objects known", kind.kind(), source, InformerStatus::objects);
            source(
                    "weir.source.current",
                    "1 while a kind is followed without a gap",
                    kind.kind(),
                    source,
                    status -> switch (status.phase()) {
                        case CURRENT, ABSENT -> 1;
                        case STARTING, DOUBTING, WAITING -> 0;
                    });
            FunctionCounter.builder(
                            "weir.source.lists",
                            source,
                            from -> status(from, kind.kind()).lists())
                    .description("Complete lists read: one, and one more each time the thread of changes was lost")
                    .tag("kind", kind.kind().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private void source(
            String name,
            String description,
            String kind,
            KubernetesSource source,
            ToDoubleFunction<InformerStatus> value) {
        Gauge.builder(name, source, from -> value.applyAsDouble(status(from, kind)))
                .description(description)
                .tag("kind", kind.toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private static InformerStatus status(KubernetesSource source, String kind) {
        List<InformerStatus> kinds = source.kinds();
        return kinds.stream()
                .filter(status -> status.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    void authority(CertificateAuthority authority) {
        Gauge.builder("weir.ca.root.expiry", authority, ClusterMeters::soonest)
                .description("When the root that signs ends, in seconds since 1970")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("weir.ca.alarm", authority, ca -> ca.status().alarm().isEmpty() ? 0 : 1)
                .description("1 while the authority's state is lost or damaged, and it goes on from memory")
                .register(registry);
        Gauge.builder("weir.ca.rotating", authority, ca -> ca.status().roots().size() - 1.0)
                .description("1 while two roots are trusted")
                .register(registry);
    }

    private static double soonest(CertificateAuthority authority) {
        CertificateAuthority.Status status = authority.status();
        return status.roots().stream()
                .filter(root -> root.id().equals(status.signer()))
                .map(CertificateAuthority.RootStatus::notAfter)
                .mapToLong(Instant::getEpochSecond)
                .min()
                .orElse(0);
    }

    void leader(LeaderElection election) {
        Gauge.builder("weir.leader", election, one -> one.isLeader() ? 1 : 0)
                .description("1 on the replica that leads")
                .register(registry);
    }

    /** To be told of each request for a pod certificate that is settled, whoever settles it. */
    Consumer<PodCertificateSigner.Outcome> podCertificates() {
        Map<PodCertificateSigner.Outcome, Counter> counters = new EnumMap<>(PodCertificateSigner.Outcome.class);
        for (PodCertificateSigner.Outcome outcome : PodCertificateSigner.Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("weir.podcertificates")
                            .description("Requests for pod certificates that this replica settled")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        return outcome -> Objects.requireNonNull(counters.get(outcome)).increment();
    }
}
