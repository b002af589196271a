package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was sent and refused since the start, for metrics and tests. Labels are closed sets; never a proxy's name. */
public final class AdsCounters {

    /** A request that was turned down. */
    public enum Denial {
        /** A secret that is not in the proxy's own snapshot. */
        SECRET,
        /** A node id that names another workload, or that changed. */
        NODE_ID,
        /** A stream without a credential that proves an identity. */
        CREDENTIAL,
        /** A stream whose credential could not be judged in time. */
        UNDECIDED,
        /** A stream over the server's limits. */
        LIMIT
    }

    private final Map<XdsType, LongAdder> responses = byType();
    private final Map<XdsType, LongAdder> resources = byType();
    private final Map<XdsType, LongAdder> removals = byType();
    private final Map<XdsType, LongAdder> nacks = byType();
    private final Map<Denial, LongAdder> denials = new EnumMap<>(Denial.class);
    private final LongAdder neverAcknowledged = new LongAdder();

    public AdsCounters() {
        for (Denial denial : Denial.values()) {
            denials.put(denial, new LongAdder());
        }
    }

    public long responses(XdsType type) {
        return read(responses, type);
    }

    /** Resources sent with a body. */
    public long resources(XdsType type) {
        return read(resources, type);
    }

    /** Names sent as removed. */
    public long removals(XdsType type) {
        return read(removals, type);
    }

    public long nacks(XdsType type) {
        return read(nacks, type);
    }

    public long denials(Denial denial) {
        return read(denials, denial);
    }

    /** Streams ended because the proxy did not read or acknowledge in time. */
    public long neverAcknowledged() {
        return neverAcknowledged.sum();
    }

    public void denied(Denial denial) {
        add(denials, denial, 1);
    }

    void sent(XdsType type, long withBody, long removed) {
        add(responses, type, 1);
        add(resources, type, withBody);
        add(removals, type, removed);
    }

    void nacked(XdsType type) {
        add(nacks, type, 1);
    }

    void gaveUp() {
        neverAcknowledged.increment();
    }

    private static <K extends Enum<K>> void add(Map<K, LongAdder> counters, K key, long amount) {
        LongAdder counter = counters.get(key);
        if (counter != null) {
            counter.add(amount);
        }
    }

    private static <K extends Enum<K>> long read(Map<K, LongAdder> counters, K key) {
        LongAdder counter = counters.get(key);
        return counter == null ? 0 : counter.sum();
    }

    private static Map<XdsType, LongAdder> byType() {
        EnumMap<XdsType, LongAdder> counters = new EnumMap<>(XdsType.class);
        for (XdsType type : XdsType.values()) {
            counters.put(type, new LongAdder());
        }
        return counters;
    }
}
