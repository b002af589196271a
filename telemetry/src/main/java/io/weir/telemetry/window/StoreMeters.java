package io.weir.telemetry.window;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.window.EdgeStore.Numbers;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What tells how much a store keeps; names of objects are no labels. */
public final class StoreMeters {

    private final EdgeStore store;
    private final MeterRegistry registry;

    private StoreMeters(EdgeStore store, MeterRegistry registry) {
        this.store = store;
        this.registry = registry;
    }

    /** @param silent sidecars that should report, here or to another replica, and do not */
    public static void register(EdgeStore store, Supplier<? extends Set<WorkloadKey>> silent, MeterRegistry registry) {
        Gauge.builder("weir.telemetry.sidecars.silent", () -> silent.get().size())
                .description("Sidecars that should report and do not")
                .register(registry);
        new StoreMeters(store, registry).register();
    }

    private void register() {
        gauge("weir.telemetry.sidecars", "Sidecars that report", Numbers::reporting);
        gauge("weir.telemetry.sidecars.folding", "Sidecars with more series than are kept", Numbers::folding);
        gauge("weir.telemetry.series", "Counters of all sidecars", Numbers::series);
        gauge("weir.telemetry.edges", "Edges that were heard of", Numbers::edges);
        gauge("weir.telemetry.history.bytes", "Of what is kept for windows", Numbers::historyBytes);
        counter("weir.telemetry.samples", "Values of counters that were pushed", Numbers::samples);
        counter("weir.telemetry.dropped", "Statistics without a meaning", Numbers::dropped);
    }

    private void gauge(String name, String text, ToLongFunction<Numbers> value) {
        Gauge.builder(name, () -> value.applyAsLong(store.numbers()))
                .description(text)
                .register(registry);
    }

    private void counter(String name, String text, ToLongFunction<Numbers> value) {
        FunctionCounter.builder(name, store, one -> value.applyAsLong(one.numbers()))
                .description(text)
                .register(registry);
    }
}
