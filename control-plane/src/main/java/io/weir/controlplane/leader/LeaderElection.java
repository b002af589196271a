package io.weir.controlplane.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election for as long as it is open. A leader that can't renew its lease ends to lead before the lease does,
 * so there are never two; whoever lost stands again.
 */
public final class LeaderElection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);
    private static final long PATIENCE_SECONDS = 10;

    /** What a leader does. Both are called on one thread, in turn; neither may block for long. */
    public interface Office {

        /** This replica leads from now on. */
        void gained();

        /** It leads no longer. */
        void lost();
    }

    private final KubernetesClient client;
    private final LeaseSettings lease;
    private final Office office;
    private final TimedLock lock;
    private final ExecutorService elector = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("leader-election").daemon().factory());
    private final ExecutorService told = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("leader").daemon().factory());
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread candidate;
    private volatile boolean leading;

    private LeaderElection(KubernetesClient client, LeaseSettings lease, Office office) {
        this.client = client;
        this.lease = lease;
        this.office = office;
        this.lock = new TimedLock(lease);
        this.candidate = Thread.ofPlatform().name("leader-candidate").daemon().unstarted(this::stand);
    }

    /**
     * Stands.
     *
     * @param client must be open until this is closed; one that soon gives up, rather than one that tries again by itself
     */
    public static LeaderElection start(KubernetesClient client, LeaseSettings lease, Office office) {
        LeaderElection election = new LeaderElection(client, lease, office);
        election.candidate.start();
        return election;
    }

    /** Whether this replica leads. */
    public boolean isLeader() {
        return leading;
    }

    private void stand() {
        try {
            do {
                // An elector serves once: after a loss there has to be another.
                CompletableFuture<?> term = elector().start();
                serve(term);
            } while (!end.await(lease.retry().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(CompletableFuture<?> term) throws InterruptedException {
        try {
            while (!over(term)) {
                if (leading && lock.sinceRenewed().compareTo(lease.renewal()) > 0) {
                    // The elector finds out only when its request is answered, and other replicas don't wait for that.
                    lost();
                    term.cancel(true);
                }
            }
        } catch (ExecutionException | java.util.concurrent.CancellationException e) {
            log.warn("the election is begun anew: {}", e.getMessage());
        } catch (InterruptedException closed) {
            // Cancelling releases the lease, so that another replica leads at once.
            term.cancel(true);
            throw closed;
        }
    }

    private boolean over(CompletableFuture<?> term) throws InterruptedException, ExecutionException {
        try {
            term.get(lease.retry().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException goesOn) {
            return false;
        }
    }

    private LeaderElector elector() {
        LeaderElectionConfig config = new LeaderElectionConfigBuilder()
                .withName(lease.name())
                .withLock(lock)
                .withLeaseDuration(lease.duration())
                .withRenewDeadline(lease.renewal())
                .withRetryPeriod(lease.retry())
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(new LeaderCallbacks(this::gained, this::lost, this::seen))
                .build();
        return new LeaderElectorBuilder(client, elector).withConfig(config).build();
    }

    private synchronized void gained() {
        leading = true;
        log.info("this replica leads: {}", lease.identity());
        told.execute(office::gained);
    }

    private synchronized void lost() {
        // Told also to candidates who never led.
        if (leading) {
            leading = false;
            log.info("this replica leads no longer: {}", lease.identity());
            told.execute(office::lost);
        }
    }

    private void seen(String leader) {
        if (!leader.isEmpty() && !leader.equals(lease.identity())) {
            log.info("{} leads", leader);
        }
    }

    /** Gives the lease back; returns once {@link Office#lost} has been called, if it had to be. Does nothing the second time. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        end.countDown();
        candidate.interrupt();
        try {
            candidate.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            elector.shutdown();
            elector.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            lost();
            told.submit(() -> {}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the leader's work did not end in time", e);
        }
        elector.shutdownNow();
        told.shutdown();
    }
}
