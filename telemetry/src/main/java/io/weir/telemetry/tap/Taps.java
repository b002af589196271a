package io.weir.telemetry.tap;

import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.grpc.BindableService;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.Tap;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.LiveLog;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.tap.TappedRequest.Direction;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Who watches what: sidecars of watched pods are told to log, what they log goes to those who asked for it. All methods may be
 * called from any thread.
 */
public final class Taps implements LiveLog {

    /** Watchers at once; each request is compared with what each of them asks. */
    static final int MOST = 16;

    private static final int BACKLOG = 2_000;

    private final TapReader reader;
    private final TapSwitch sidecars = new TapSwitch();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final LongAdder received = new LongAdder();
    private volatile Inventory inventory = Inventory.EMPTY;
    private volatile Set<WorkloadKey> meshed = Set.of();

    public Taps(EdgeResolver resolver) {
        reader = new TapReader(resolver);
    }

    /** Registers meters: without watchers nothing should arrive. */
    public void meters(MeterRegistry registry) {
        Gauge.builder("weir.tap.watchers", watches, List::size)
                .description("Who watches live requests")
                .register(registry);
        FunctionCounter.builder("weir.tap.requests", received, LongAdder::sum)
                .description("Live requests that sidecars told of, asked for or not")
                .register(registry);
    }

    /** What sidecars ask whether to log. */
    public BindableService endpoint() {
        return sidecars;
    }

    /**
     * What there is now.
     *
     * @param withSidecars pods that have one
     */
    public void changed(Inventory present, Set<WorkloadKey> withSidecars) {
        inventory = present;
        meshed = withSidecars;
        turn();
    }

    @Override
    public boolean takes(String log) {
        return log.equals(Tap.SOURCE_LOG) || log.equals(Tap.DESTINATION_LOG);
    }

    @Override
    public void logged(ProxyIdentity sidecar, String log, List<HTTPAccessLogEntry> entries) {
        received.add(entries.size());
        Direction direction = log.equals(Tap.SOURCE_LOG) ? Direction.OUTBOUND : Direction.INBOUND;
        // A sidecar that is not told yet that nobody watches any more goes on for a moment.
        if (!watches.isEmpty()) {
            Inventory present = inventory;
            entries.forEach(entry -> offer(reader.read(sidecar, direction, entry, present), present));
        }
    }

    private void offer(Tapped tapped, Inventory present) {
        for (Watch watch : watches) {
            TappedRequest answer = watch.question.answer(tapped, present);
            if (answer != null && !watch.backlog.offer(answer)) {
                watch.dropped.incrementAndGet();
            }
        }
    }

    /**
     * Begins to watch. The caller closes it.
     *
     * @return null if too many watch already
     */
    @Nullable
    Watch open(TapQuestion question) {
        Watch watch = new Watch(question);
        synchronized (this) {
            if (watches.size() >= MOST) {
                return null;
            }
            watches.add(watch);
        }
        turn();
        return watch;
    }

    private void turn() {
        sidecars.turn(this::watched);
    }

    private boolean watched(WorkloadKey pod) {
        Inventory present = inventory;
        Party party = present.parties().get(pod);
        return party != null
                && watches.stream().anyMatch(watch -> watch.question.workload().covers(party, present));
    }

    /** The pods with a sidecar that a selection covers. */
    Set<WorkloadKey> pods(Selection selection) {
        Set<WorkloadKey> pods = new HashSet<>(selection.pods(inventory));
        pods.retainAll(meshed);
        return pods;
    }

    /** One watcher's requests. Read by one thread. */
    final class Watch implements AutoCloseable {

        private final TapQuestion question;
        private final BlockingQueue<TappedRequest> backlog = new ArrayBlockingQueue<>(BACKLOG);
        private final AtomicLong dropped = new AtomicLong();

        private Watch(TapQuestion question) {
            this.question = question;
        }

        /** The next one, waited for; null if there is none in that time. */
        @Nullable
        TappedRequest next(Duration patience) throws InterruptedException {
            return backlog.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** How many there was no room for since this was asked last. */
        long dropped() {
            return dropped.getAndSet(0);
        }

        TapEvent.Watching watching() {
            Set<WorkloadKey> pods = pods(question.workload());
            int all = pods.size();
            pods.retainAll(sidecars.listening());
            return new TapEvent.Watching(all, pods.size());
        }

        /** Ends it; sidecars that nobody else watches log no more. */
        @Override
        public void close() {
            watches.remove(this);
            turn();
        }
    }
}
