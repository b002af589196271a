package io.weir.controlplane.push;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.weir.controlplane.xds.cache.AdsCache;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of a change, in time: a trace of it (change, build, push) and the figures that follow from many. Names of
 * objects or proxies are in neither.
 */
public final class Propagation {

    private final Tracer tracer;
    private final Timer builds;
    private final Timer toOne;
    private final Timer toAll;

    /** Registers its meters. */
    public Propagation(Tracer tracer, MeterRegistry meters) {
        this.tracer = tracer;
        this.builds = timer("weir.world.build", "Time to build a world from a changed state", meters);
        this.toOne = timer("weir.convergence", "Time from a change until a proxy has acknowledged it", meters);
        this.toAll = timer(
                "weir.convergence.all",
                "Time from a change until the last connected proxy that it concerns has acknowledged it",
                meters);
    }

    private static Timer timer(String name, String description, MeterRegistry meters) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30))
                .register(meters);
    }

    /**
     * Follows one change.
     *
     * @param changed when the source told of it, as {@code System.nanoTime()} counts
     * @param started when the world began to be built
     */
    Change of(World world, long changed, long started) {
        long built = System.nanoTime();
        builds.record(built - started, TimeUnit.NANOSECONDS);
        long epoch = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - built;
        Span change = tracer.spanBuilder("weir.change")
                .setNoParent()
                .setStartTimestamp(epoch + changed, TimeUnit.NANOSECONDS)
                .setAttribute("weir.world.generation", world.generation())
                .setAttribute("weir.services", world.built().model().services().size())
                .setAttribute(
                        "weir.workloads", world.built().model().workloads().size())
                .startSpan();
        Context parent = Context.root().with(change);
        tracer.spanBuilder("weir.build")
                .setParent(parent)
                .setStartTimestamp(epoch + started, TimeUnit.NANOSECONDS)
                .startSpan()
                .end(epoch + built, TimeUnit.NANOSECONDS);
        return new Change(change, parent, changed);
    }

    /** A change that has become a world. */
    final class Change {

        private final Span span;
        private final Context context;
        private final long changed;

        private Change(Span span, Context context, long changed) {
            this.span = span;
            this.context = context;
            this.changed = changed;
        }

        /** To be given to the cache, once. */
        AdsCache.Round push() {
            Span push = tracer.spanBuilder("weir.push").setParent(context).startSpan();
            AdsCache.Round[] round = new AdsCache.Round[1];
            round[0] = new AdsCache.Round(changed, nanos -> toOne.record(nanos, TimeUnit.NANOSECONDS), nanos -> {
                int concerned = round[0].concerned();
                if (concerned > 0) {
                    toAll.record(nanos, TimeUnit.NANOSECONDS);
                }
                push.setAttribute("weir.proxies", concerned).end();
                span.end();
            });
            return round[0];
        }
    }
}
