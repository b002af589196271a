package io.weir.controlplane;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.World;
import io.weir.controlplane.replicas.ReplicaReport;
import io.weir.controlplane.replicas.ReplicaReport.Refused;
import io.weir.controlplane.status.Acknowledgements;
import io.weir.controlplane.status.Acknowledgements.Refusal;
import io.weir.controlplane.status.Observed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mesh as this replica sees it, and how far the proxies of all replicas are with it. Safe for use by many threads. */
final class ClusterView implements Supplier<Observed> {

    private static final Logger log = LoggerFactory.getLogger(ClusterView.class);

    /** How long what the replicas said counts as what they say. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Supplier<World> world;
    private final Supplier<List<ReplicaReport>> replicas;
    private final InstantSource clock;
    private List<ReplicaReport> reports = List.of();
    private Instant asked = Instant.EPOCH;

    /**
     * @param world the newest one that was given to the proxies
     * @param replicas what each says; asks the API server
     */
    ClusterView(Supplier<World> world, Supplier<List<ReplicaReport>> replicas, InstantSource clock) {
        this.world = world;
        this.replicas = replicas;
        this.clock = clock;
    }

    @Override
    public Observed get() {
        // The world first: who is in sync a moment later is so with this one or a newer one.
        World current = world.get();
        List<ReplicaReport> said = said();
        return new Observed(
                current.state(),
                current.built(),
                acknowledgements(Reports.of(current.state().smi()), said));
    }

    private synchronized List<ReplicaReport> said() {
        Instant now = clock.instant();
        if (!now.isBefore(asked.plus(FRESH))) {
            try {
                reports = replicas.get();
                asked = now;
            } catch (KubernetesClientException away) {
                log.debug("what the replicas said last stays", away);
            }
        }
        return reports;
    }

    /** A replica that serves other objects says nothing of these. */
    static Acknowledgements acknowledgements(String objects, List<ReplicaReport> reports) {
        TreeSet<WorkloadKey> inSync = new TreeSet<>();
        List<Refusal> refusals = new ArrayList<>();
        boolean whole = !reports.isEmpty();
        for (ReplicaReport report : reports) {
            if (report.objects().equals(objects)) {
                inSync.addAll(report.inSync());
                whole &= report.whole();
                for (Refused refused : report.refused()) {
                    refusals.add(new Refusal(refused.proxy(), List.of(refused.resource()), refused.reason()));
                }
            }
        }
        return new Acknowledgements(inSync, whole, refusals);
    }
}
