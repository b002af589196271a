package io.weir.controlplane.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.controlplane.identity.DenialReason;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The control plane's own metrics, in Prometheus' text format. Labels are closed sets: resource types and reasons,
 * never names of objects or proxies.
 */
public final class Meters {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Where other parts register meters of their own. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Reads its figures from these parts whenever it is asked. */
    public void follow(
            Pipeline pipeline,
            AdsCounters counters,
            Supplier<Number> connections,
            Supplier<Map<DenialReason, Long>> denials) {
        Gauge.builder("weir.xds.connections", connections)
                .description("Open xDS streams")
                .register(registry);
        Gauge.builder("weir.world.generation", () -> pipeline.world().generation())
                .description("Worlds built since the start")
                .register(registry);
        Gauge.builder(
                        "weir.diagnostics",
                        () -> pipeline.world().built().diagnostics().size())
                .description("Diagnostics that hold now")
                .register(registry);
        for (XdsType type : XdsType.values()) {
            counter("weir.xds.responses", type, counters, c -> c.responses(type));
            counter("weir.xds.resources.sent", type, counters, c -> c.resources(type));
            counter("weir.xds.resources.removed", type, counters, c -> c.removals(type));
            counter("weir.xds.nacks", type, counters, c -> c.nacks(type));
            counter("weir.xds.resources.built", type, pipeline, p -> p.builds(type));
        }
        for (AdsCounters.Denial cause : AdsCounters.Denial.values()) {
            FunctionCounter.builder("weir.xds.refused", counters, c -> c.denials(cause))
                    .description(
                            "Requests and streams that were turned down; why a credential was, weir_xds_denied says")
                    .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        denials(denials);
    }

    /** Counts for which reasons callers of a gRPC port were refused. */
    public void denials(Supplier<Map<DenialReason, Long>> denials) {
        for (DenialReason reason : DenialReason.values()) {
            FunctionCounter.builder(
                            "weir.xds.denied", denials, source -> source.get().getOrDefault(reason, 0L))
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private <T> void counter(String name, XdsType type, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value)
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    /** All of them, as {@code text/plain; version=0.0.4}. */
    public String text() {
        return registry.scrape();
    }
}
