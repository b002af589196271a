package io.weir.controlplane.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A Lease, and how long ago it was last renewed: counted from before it was read, as what is written in it is. */
final class TimedLock implements Lock {

    private final Lock lease;
    private volatile long asked = System.nanoTime();
    private volatile long renewed = asked;

    TimedLock(LeaseSettings settings) {
        lease = new LeaseLock(settings.namespace(), settings.name(), settings.identity());
    }

    Duration sinceRenewed() {
        return Duration.ofNanos(System.nanoTime() - renewed);
    }

    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient client) {
        asked = System.nanoTime();
        return lease.get(client);
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord written) {
        lease.create(client, written);
        renewed = asked;
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord written) {
        lease.update(client, written);
        renewed = asked;
    }

    @Override
    public String identity() {
        return lease.identity();
    }

    @Override
    public String describe() {
        return lease.describe();
    }
}
