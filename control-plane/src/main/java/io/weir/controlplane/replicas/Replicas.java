package io.weir.controlplane.replicas;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.replicas.ReplicaReport.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

    /** What a Lease says that was never seen before is believed if it is older than clocks may differ. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final Duration SWEEP = Duration.ofMinutes(10);
    private static final String PREFIX = "weir-replica-";
    private static final String LABEL = "weir.io/replica";
    private static final String BUNDLE = "weir.io/bundle";
    private static final String OBJECTS = "weir.io/objects";
    private static final String IN_SYNC = "weir.io/in-sync";
    private static final String REFUSED = "weir.io/refused";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final InstantSource clock;
    private ReplicaReport latest = ReplicaReport.NOTHING;
    private @Nullable ReplicaReport written;
    private Instant renewed = Instant.EPOCH;
    private Instant swept = Instant.EPOCH;
    private boolean left;
    private Map<String, Heard> heard = new HashMap<>();

    /** When a Lease was seen to change, by the clock of this replica: those of others may be wrong. */
    private record Heard(String version, Instant at) {}

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
        if (left) {
            return;
        }
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
                        BUNDLE,
                        report.bundle(),
                        OBJECTS,
                        report.objects(),
                        IN_SYNC,
                        whole ? "=" + packed : packed,
                        REFUSED,
                        refused(report.refused())))
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
        return heardWithin(SILENCE);
    }

    /**
     * What every replica said last that has not left, silent ones too for an hour: one that is cut off from the API server
     * may well serve proxies.
     *
     * @throws KubernetesClientException if the API server can't be asked
     */
    public List<ReplicaReport> known() {
        return heardWithin(FORGOTTEN);
    }

    private List<ReplicaReport> heardWithin(Duration silence) {
        List<Lease> leases = leases();
        Instant since = clock.instant().minus(silence);
        List<ReplicaReport> reports = new ArrayList<>();
        synchronized (this) {
            reports.add(latest);
            listen(leases);
            for (Lease lease : leases) {
                String other = lease.getMetadata().getName();
                if (!other.equals(PREFIX + name)
                        && Objects.requireNonNull(heard.get(other)).at().isAfter(since)) {
                    reports.add(report(lease));
                }
            }
        }
        return reports;
    }

    private void listen(List<Lease> leases) {
        Map<String, Heard> now = new HashMap<>();
        for (Lease lease : leases) {
            String version = lease.getMetadata().getResourceVersion();
            Heard before = heard.get(lease.getMetadata().getName());
            now.put(
                    lease.getMetadata().getName(),
                    before != null && before.version().equals(version)
                            ? before
                            : new Heard(version, before == null ? first(lease) : clock.instant()));
        }
        heard = now;
    }

    /** In doubt it lives. */
    private Instant first(Lease lease) {
        Instant now = clock.instant();
        Instant said = renewal(lease);
        return said.isBefore(now.minus(SKEW)) ? said : now;
    }

    /** Now and then deletes what replicas left that ended long ago. To be called by the leader, often. */
    public void sweep() {
        Instant now = clock.instant();
        synchronized (this) {
            if (now.isBefore(swept.plus(SWEEP))) {
                return;
            }
            swept = now;
        }
        try {
            leases().stream()
                    .filter(lease -> renewal(lease).isBefore(now.minus(FORGOTTEN)))
                    .forEach(lease -> client.resource(lease).delete());
        } catch (KubernetesClientException away) {
            log.debug("Leases of replicas that ended can't be deleted now", away);
        }
    }

    private List<Lease> leases() {
        return client.leases()
                .inNamespace(namespace)
                .withLabel(LABEL, "true")
                .list()
                .getItems();
    }

    /** A line each: proxy, resource, reason. */
    private static String refused(List<Refused> refused) {
        return refused.stream()
                .map(one -> one.proxy() + " " + one.resource() + " " + one.reason())
                .collect(Collectors.joining("\n"));
    }

    private static List<Refused> refused(String lines) {
        List<Refused> refused = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            String[] words = line.split(" ", 3);
            String[] proxy = words[0].split("/", 2);
            if (words.length == 3 && proxy.length == 2) {
                refused.add(new Refused(new WorkloadKey(proxy[0], proxy[1]), words[1], words[2]));
            }
        }
        return refused;
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
                    whole,
                    refused(said.getOrDefault(REFUSED, "")));
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
    public synchronized void close() {
        left = true;
        try {
            client.leases().inNamespace(namespace).withName(PREFIX + name).delete();
        } catch (KubernetesClientException away) {
            log.debug("the Lease of this replica can't be deleted; it ends by itself", away);
        }
    }
}
