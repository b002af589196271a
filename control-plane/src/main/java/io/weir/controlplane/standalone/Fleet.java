package io.weir.controlplane.standalone;

import io.weir.controlplane.source.directory.ListeningPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** All processes of a supervisor: makes what runs equal to what should run. Used on the supervisor's thread only. */
final class Fleet {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Others learn within milliseconds that a replica is gone; what they sent it before needs an answer. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private static final Duration FIRST_LOOK = Duration.ofMillis(50);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** In percent: a look each second after ten seconds. An app that never listens must not cost more than others. */
    private static final int SLOWER = 110;

    /** The exit code of a command line that can't be right, however often it is tried. */
    private static final int USAGE = 2;

    private final Supervisor.Options options;
    private final Replica.Surroundings with;
    private final SortedMap<String, Replica> running = new TreeMap<>();
    private final List<Replica> leaving = new ArrayList<>();
    private final Kept controlPlane;
    private final ReplicaFeed feed;
    private final DatagramWarning datagrams;
    private List<String> ready = List.of();
    private @Nullable DesiredReplicas desired;
    private IntConsumer giveUp = _ -> {};
    private boolean stopping;
    private Future<?> plannedLook = CompletableFuture.completedFuture(null);
    private Duration pace = FIRST_LOOK;

    Fleet(Supervisor.Options options, Replica.Surroundings with) {
        this.options = options;
        this.with = with;
        this.controlPlane = new Kept(with.turn(), new ControlPlaneOwner());
        this.datagrams = new DatagramWarning(options.envoy(), with.events());
        this.feed = new ReplicaFeed(options.state(), next -> with.turn().run(() -> accept(next)));
    }

    /**
     * @param giveUp told the exit code, if the control plane can't ever start
     */
    void start(IntConsumer giveUp) {
        this.giveUp = giveUp;
        writeReady();
        controlPlane.start();
        feed.start();
    }

    /**
     * Ends all at once, without draining: there will be nobody left to serve.
     *
     * @param then called when all have ended
     */
    void stop(Runnable then) {
        stopping = true;
        feed.close();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        running.values().forEach(replica -> ends.add(replica.stop(Duration.ZERO)));
        leaving.forEach(replica -> ends.add(replica.stop(Duration.ZERO)));
        ends.add(controlPlane.stop());
        var _ = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenRun(() -> {
            forgetReady();
            then.run();
        });
    }

    private void accept(DesiredReplicas next) {
        if (desired == null) {
            with.events().happened("ready control plane");
        }
        desired = next;
        datagrams.look(next);
        reconcile();
    }

    private void reconcile() {
        DesiredReplicas wanted = desired;
        if (wanted == null || stopping) {
            return;
        }
        Map<String, DesiredReplica> byKey =
                wanted.replicas().stream().collect(Collectors.toMap(DesiredReplica::key, Function.identity()));
        for (Replica replica : List.copyOf(running.values())) {
            DesiredReplica next = byKey.get(replica.desired().key());
            if (next == null || !replica.fits(next, wanted)) {
                remove(replica);
            }
        }
        Set<String> taken = new HashSet<>();
        leaving.forEach(replica -> {
            taken.add(replica.desired().key());
            taken.add(replica.desired().place());
        });
        for (DesiredReplica replica : wanted.replicas()) {
            // One that still leaves has the addresses and the folder; the rest is done when it has left.
            boolean free = !taken.contains(replica.key()) && !taken.contains(replica.place());
            if (free && !running.containsKey(replica.key())) {
                add(replica, wanted);
            }
        }
    }

    private void add(DesiredReplica replica, DesiredReplicas wanted) {
        Replica added = new Replica(replica, wanted, with, this::changed);
        running.put(replica.key(), added);
        added.start();
        look();
    }

    private void remove(Replica replica) {
        running.remove(replica.desired().key());
        leaving.add(replica);
        var _ = replica.stop(DRAIN).thenRun(() -> {
            leaving.remove(replica);
            with.events().happened("stopped " + replica.desired().key());
            reconcile();
        });
    }

    /** Looks at the replicas now and then: often after something happened, while one of them is on its way. */
    private void look() {
        pace = FIRST_LOOK;
        planLook();
    }

    private void planLook() {
        plannedLook.cancel(false);
        if (!stopping && !running.isEmpty()) {
            boolean settling = running.values().stream().anyMatch(Replica::settling);
            plannedLook = with.turn().later(settling ? pace : LOOK, this::lookNow);
        }
    }

    private void lookNow() {
        try {
            ListeningPorts open = ListeningPorts.now();
            List.copyOf(running.values()).forEach(replica -> replica.probe(open));
        } catch (IOException e) {
            with.events().failed("the kernel's list of open ports can't be read: " + e.getMessage());
        }
        Duration slower = pace.multipliedBy(SLOWER).dividedBy(100);
        pace = slower.compareTo(LOOK) < 0 ? slower : LOOK;
        planLook();
    }

    private void changed() {
        if (!stopping) {
            writeReady();
            look();
        }
    }

    private void writeReady() {
        List<Replica> now = running.values().stream().filter(Replica::ready).toList();
        List<String> uids =
                now.stream().map(replica -> replica.desired().uid()).sorted().toList();
        if (uids.equals(ready) && Files.exists(readyFile())) {
            return;
        }
        try {
            OwnerOnly.write(readyFile(), JSON.writeValueAsString(uids));
        } catch (IOException e) {
            with.events().failed("the control plane can't be told what is ready: " + e.getMessage());
            return;
        }
        tell(now, uids);
        ready = uids;
    }

    private void tell(List<Replica> now, List<String> uids) {
        for (Replica replica : now) {
            if (!ready.contains(replica.desired().uid())) {
                with.events().happened("ready " + replica.desired().key() + " " + way(replica.desired()));
            }
        }
        for (Replica replica : running.values()) {
            String uid = replica.desired().uid();
            if (ready.contains(uid) && !uids.contains(uid)) {
                with.events().happened("not ready " + replica.desired().key());
            }
        }
    }

    private static String way(DesiredReplica replica) {
        return replica.httpProxy() == null
                ? "without sidecar, at " + replica.appAddress()
                : "http proxy http://" + replica.httpProxy();
    }

    private void forgetReady() {
        try {
            Files.deleteIfExists(readyFile());
        } catch (IOException e) {
            with.events().failed(readyFile() + " can't be deleted: " + e.getMessage());
        }
    }

    private Path readyFile() {
        return options.state().resolve("ready.json");
    }

    private final class ControlPlaneOwner implements Kept.Owner {

        private final Path log = options.state().resolve("serve.log");

        @Override
        public ChildProcess launch() throws IOException {
            return ChildProcess.start(
                    new ChildProcess.Launch(options.serve(), options.environment(), options.manifests(), log),
                    with.leftovers().mark(),
                    line -> with.events().printed("control plane", line));
        }

        @Override
        public void ended(String how, Duration again) {
            if (how.equals("exit " + USAGE) && desired == null) {
                with.events().failed("the control plane can't start (" + log + ")");
                giveUp.accept(USAGE);
                return;
            }
            with.events()
                    .failed("restarting the control plane in " + again.toMillis() + " ms (" + how + "; " + log
                            + "); what runs goes on");
        }
    }
}
