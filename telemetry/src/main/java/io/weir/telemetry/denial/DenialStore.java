package io.weir.telemetry.denial;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.denial.Denial.Kind;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.LogEntry;
import io.weir.telemetry.ingest.LogEntry.Judgement;
import io.weir.telemetry.ingest.LogIntake;
import io.weir.telemetry.model.Inventory;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The newest denials of all sidecars, in memory. Who is who is looked up when they arrive, since addresses go stale. */
public final class DenialStore implements LogIntake {

    private final InstantSource clock;
    private final EdgeResolver resolver;
    private final Supplier<Inventory> inventory;
    private final DenialLimits limits;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final TreeMap<Long, Denial> denials = new TreeMap<>();
    private final Map<WorkloadKey, Teller> tellers = new HashMap<>();

    /** What is kept of one sidecar. */
    private static final class Teller {
        private final Deque<Long> numbers = new ArrayDeque<>();
        private long second;
        private int inSecond;
    }

    /** @param inventory what there is when an entry arrives */
    public DenialStore(InstantSource clock, EdgeResolver resolver, Supplier<Inventory> inventory, DenialLimits limits) {
        this.clock = clock;
        this.resolver = resolver;
        this.inventory = inventory;
        this.limits = limits;
    }

    @Override
    public void logged(ProxyIdentity sidecar, LogEntry entry) {
        Kind kind = kind(entry);
        if (kind == null) {
            return;
        }
        EdgeResolver.Ends ends = resolver.inbound(sidecar, entry.peer(), entry.provenId(), inventory.get());
        synchronized (denials) {
            Teller teller = tellers.computeIfAbsent(sidecar.workloadKey(), _ -> new Teller());
            if (tooMany(teller)) {
                dropped.incrementAndGet();
                return;
            }
            long number = taken.incrementAndGet();
            teller.numbers.add(number);
            denials.put(
                    number,
                    new Denial(
                            number,
                            entry.at(),
                            kind,
                            ends.source(),
                            ends.proven(),
                            ends.destination(),
                            entry.port(),
                            entry.protocol(),
                            entry.method(),
                            entry.authority(),
                            entry.path()));
            if (teller.numbers.size() > limits.ofSidecar()) {
                denials.remove(teller.numbers.remove());
            }
            if (denials.size() > limits.all()) {
                forgetOldest();
            }
        }
    }

    /** Oldest first. */
    public List<Denial> denials() {
        synchronized (denials) {
            return List.copyOf(denials.values());
        }
    }

    /** How many were more than one sidecar may tell in a second, since the start. */
    public long dropped() {
        return dropped.get();
    }

    public void meters(MeterRegistry registry) {
        FunctionCounter.builder("weir.telemetry.denials", taken, AtomicLong::get)
                .description("Denials that sidecars told of, real and would-be")
                .register(registry);
        FunctionCounter.builder("weir.telemetry.denials.dropped", dropped, AtomicLong::get)
                .description("Denials of sidecars that told of too many at once")
                .register(registry);
    }

    /** Null: it is no denial. */
    private static @Nullable Kind kind(LogEntry entry) {
        if (entry.enforced() == Judgement.DENIED) {
            return entry.shadow() == Judgement.ALLOWED ? Kind.DENIED_BUT_AUDITED : Kind.DENIED;
        }
        return entry.shadow() == Judgement.DENIED ? Kind.WOULD_BE_DENIED : null;
    }

    private boolean tooMany(Teller teller) {
        long second = clock.instant().getEpochSecond();
        if (second != teller.second) {
            teller.second = second;
            teller.inSecond = 0;
        }
        teller.inSecond++;
        return teller.inSecond > limits.perSecond();
    }

    private void forgetOldest() {
        Denial oldest = denials.pollFirstEntry().getValue();
        WorkloadKey key = oldest.destination().key();
        Teller teller = key == null ? null : tellers.get(key);
        if (teller != null) {
            teller.numbers.remove(oldest.number());
            if (teller.numbers.isEmpty()) {
                tellers.remove(key);
            }
        }
    }
}
