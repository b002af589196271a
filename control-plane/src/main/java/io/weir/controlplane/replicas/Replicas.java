package io.weir.controlplane.replicas;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.WorkloadKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica among the others. It counts as alive for as long as it renews its Lease, {@code weir-replica-<name>}.
 * Safe for use by many threads.
 */
public final class Replicas implements AutoCloseable {

    /** How long a replica that says nothing counts as alive. */
    public static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(Replicas.class);

    private static final Duration RENEWAL = Duration.ofSeconds(5);
    private static final Duration FORGOTTEN = Duration.ofHours(1);
    private static final String PREFIX = "weir-replica-";
    private static final String LABEL = "weir.io/replica";
    private static final String BUNDLE = "weir.io/bundle";
    private static final String OBJECTS = "weir.io/objects";
    private static final String IN_SYNC = "weir.io/in-sync";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final InstantSource clock;
    private ReplicaReport latest = ReplicaReport.NOTHING;
    private @Nullable ReplicaReport written;
    private Instant renewed = Instant.EPOCH;

    private Replicas(KubernetesClient client, String namespace, String name, InstantSource clock) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.clock = clock;
    }

    /**
     * Joins the others: from now on they wait for what this replica says.
     *
     * @param name of this replica, a pod's
     * @throws KubernetesClientException if the API server does not take the Lease
     */
    public static Replicas join(KubernetesClient client, String namespace, String name, InstantSource clock) {
        Replicas replicas = new Replicas(client, namespace, name, clock);
        replicas.write(ReplicaReport.NOTHING);
        return replicas;
    }

    /** Says something new, or renews the Lease if that is due. To be called about every second. */
    public synchronized void publish(ReplicaReport report) {
        latest = report;
        if (!report.equals(written) || !clock.instant().isBefore(renewed.plus(RENEWAL))) {
            try {
                write(report);
            } catch (KubernetesClientException away) {
                log.debug("the Lease of this replica can't be renewed now", away);
            }
        }
    }

    private synchronized void write(ReplicaReport report) {
        String packed = Packed.of(report.inSync());
        boolean whole = report.whole() && (report.inSync().isEmpty() || !packed.isEmpty());
        Instant now = clock.instant();
        Lease lease = new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(PREFIX + name)
                .withLabels(Map.of(LABEL, "true", "app.kubernetes.io/part-of", "weir"))
                .withAnnotations(Map.of(
                        BUNDLE, report.bundle(), OBJECTS, report.objects(), IN_SYNC, whole ? "=" + packed : packed))
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(name)
                .withLeaseDurationSeconds((int) SILENCE.toSeconds())
                .withRenewTime(now.atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
        client.resource(lease).fieldManager("weir").forceConflicts().serverSideApply();
        written = report;
        renewed = now;
    }

    /**
     * What every live replica says, this one among them.
     *
     * @throws KubernetesClientException if the API server can't be asked
     */
    public List<ReplicaReport> live() {
        List<ReplicaReport> live = new ArrayList<>();
        synchronized (this) {
            live.add(latest);
        }
        Instant since = clock.instant().minus(SILENCE);
        for (Lease lease : leases()) {
            boolean other = !lease.getMetadata().getName().equals(PREFIX + name);
            if (other && renewal(lease).isAfter(since)) {
                live.add(report(lease));
            }
        }
        return live;
    }

    /** Deletes what replicas left that ended long ago. To be called by the leader, now and then. */
    public void sweep() {
        Instant before = clock.instant().minus(FORGOTTEN);
        leases().stream()
                .filter(lease -> renewal(lease).isBefore(before))
                .forEach(lease -> client.resource(lease).delete());
    }

    private List<Lease> leases() {
        return client.leases()
                .inNamespace(namespace)
                .withLabel(LABEL, "true")
                .list()
                .getItems();
    }

    private static Instant renewal(Lease lease) {
        return lease.getSpec() == null || lease.getSpec().getRenewTime() == null
                ? Instant.EPOCH
                : lease.getSpec().getRenewTime().toInstant();
    }

    private static ReplicaReport report(Lease lease) {
        Map<String, String> said = lease.getMetadata().getAnnotations();
        String packed = said.getOrDefault(IN_SYNC, "");
        boolean whole = packed.startsWith("=");
        try {
            return new ReplicaReport(
                    said.getOrDefault(BUNDLE, ""),
                    said.getOrDefault(OBJECTS, ""),
                    Packed.read(whole ? packed.substring(1) : packed),
                    whole);
        } catch (IllegalArgumentException e) {
            log.warn(
                    "Lease {} says nothing that can be read: {}",
                    lease.getMetadata().getName(),
                    e.getMessage());
            SortedSet<WorkloadKey> nobody = new TreeSet<>();
            return new ReplicaReport("", "", nobody, false);
        }
    }

    /** Leaves: nobody waits for this replica any longer. */
    @Override
    public void close() {
        try {
            client.leases().inNamespace(namespace).withName(PREFIX + name).delete();
        } catch (KubernetesClientException away) {
            log.debug("the Lease of this replica can't be deleted; it ends by itself", away);
        }
    }
}
