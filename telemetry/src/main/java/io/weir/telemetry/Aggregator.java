package io.weir.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.controlplane.Extension;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.push.World;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.telemetry.api.MetricsApi;
import io.weir.telemetry.api.MetricsRoutes;
import io.weir.telemetry.denial.DenialLimits;
import io.weir.telemetry.denial.DenialStore;
import io.weir.telemetry.denial.DenialsRoute;
import io.weir.telemetry.dialect.EdgeMetricsPage;
import io.weir.telemetry.dialect.MeshNames;
import io.weir.telemetry.ingest.AccessLogReceiver;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.MetricsReceiver;
import io.weir.telemetry.inventory.Inventories;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.TimeLimit;
import io.weir.telemetry.replicas.MergedReadings;
import io.weir.telemetry.replicas.Peers;
import io.weir.telemetry.report.EdgeReporter.Sidecars;
import io.weir.telemetry.report.EdgesRoute;
import io.weir.telemetry.tap.TapRoute;
import io.weir.telemetry.tap.Taps;
import io.weir.telemetry.window.EdgeStore;
import io.weir.telemetry.window.Limits;
import io.weir.telemetry.window.Part;
import io.weir.telemetry.window.StoreMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Telemetry as a whole: what sidecars push is kept, and asked for here. Beside a control plane it is its {@link Extension};
 * elsewhere its maker tells it of each state, and serves its endpoints and routes.
 */
public final class Aggregator implements Extension {

    /** Prometheus' route. */
    static final String SCRAPE = "GET /metrics/edges";

    /** For a window; less than the command line and most clients have. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /**
     * What a cluster has beside the mesh itself.
     *
     * @param objects completes what the mesh knows of objects
     * @param peers the other replicas, to which sidecars push as well
     * @param readings from where windows are had, given what was pushed to all replicas
     */
    public record Sources(UnaryOperator<Inventory> objects, Peers<?> peers, UnaryOperator<Readings> readings) {

        /** The mesh, and what was pushed here. */
        public static final Sources OWN = new Sources(UnaryOperator.identity(), Peers.none(), UnaryOperator.identity());
    }

    private final EdgeStore store;
    private final MergedReadings merged;
    private final Readings readings;
    private final UnaryOperator<Inventory> objects;
    private final MetricsReceiver receiver;
    private final DenialStore denials;
    private final Taps taps;
    private final AccessLogReceiver logs;
    private final MeshSettings settings;
    private final MeshNames names;
    private final DenialsRoute denialsRoute;
    private volatile Supplier<MeshModel> model;
    private volatile Inventory inventory = Inventory.EMPTY;
    private volatile Set<WorkloadKey> meshed = Set.of();
    private volatile boolean told;

    /** @param settings say what the mesh is called */
    public Aggregator(InstantSource clock, MeshSettings settings, Limits limits, Sources sources) {
        EdgeResolver resolver = new EdgeResolver(new TrustDomain(settings.trustDomain()));
        this.store = new EdgeStore(clock, resolver, limits);
        this.denials = new DenialStore(clock, resolver, () -> inventory, DenialLimits.usual());
        this.model = new Policy(ClusterState.EMPTY, settings);
        this.denialsRoute = new DenialsRoute(denials, clock, () -> model.get());
        this.settings = settings;
        this.taps = new Taps(resolver);
        this.logs = new AccessLogReceiver(denials, taps, clock);
        this.receiver = new MetricsReceiver(store, clock);
        this.objects = sources.objects();
        this.merged = new MergedReadings(store, sources.peers(), clock);
        this.readings = new TimeLimit(sources.readings().apply(merged), PATIENCE);
        this.names = new MeshNames(settings.trustDomain(), settings.clusterDomain());
    }

    /** With the usual limits. */
    public static Aggregator of(MeshSettings settings) {
        return new Aggregator(InstantSource.system(), settings, Limits.usual(), Sources.OWN);
    }

    /**
     * The same, for a mesh of one aggregator.
     *
     * @param readings from where windows are had, given what was pushed here
     */
    public static Aggregator of(MeshSettings settings, UnaryOperator<Readings> readings) {
        Sources sources = new Sources(Sources.OWN.objects(), Sources.OWN.peers(), readings);
        return new Aggregator(InstantSource.system(), settings, Limits.usual(), sources);
    }

    /**
     * What a mesh of these settings has beside its control plane.
     *
     * @param readings as of {@link #of(MeshSettings, UnaryOperator)}
     */
    public static Extension extension(MeshSettings settings, UnaryOperator<Readings> readings) {
        return switch (settings.telemetry()) {
            case EDGES, DENIALS -> of(settings, readings);
            case UNAVAILABLE -> new TelemetryOff();
        };
    }

    @Override
    public void changed(World world) {
        MeshModel built = world.built().model();
        changed(world.state(), () -> built);
    }

    /** What there is now. */
    public void changed(ClusterState state) {
        changed(state, new Policy(state, settings));
    }

    /** What follows from a state. Made when somebody asks, and once: it is as much work as the control plane has with a change. */
    private static final class Policy implements Supplier<MeshModel> {

        private final ClusterState state;
        private final MeshSettings settings;
        private @Nullable MeshModel made;

        Policy(ClusterState state, MeshSettings settings) {
            this.state = state;
            this.settings = settings;
        }

        @Override
        public synchronized MeshModel get() {
            MeshModel known = made;
            if (known == null) {
                known = MeshModelBuilder.build(state, settings).model();
                made = known;
            }
            return known;
        }
    }

    private synchronized void changed(ClusterState state, Supplier<MeshModel> policy) {
        model = policy;
        Inventory next = objects.apply(Inventories.of(state));
        // The same object as long as it says the same: edges are looked up again for a new one.
        inventory = next.equals(inventory) ? inventory : next;
        meshed = state.replicas().values().stream()
                .filter(replica -> replica.sidecar() != null)
                .map(Replica::key)
                .collect(Collectors.toUnmodifiableSet());
        store.changed(inventory, meshed);
        taps.changed(inventory, meshed);
        told = true;
    }

    @Override
    public List<ProxyEndpoint> endpoints() {
        return List.of(new ProxyEndpoint(receiver), new ProxyEndpoint(logs), new ProxyEndpoint(taps.endpoint()));
    }

    @Override
    public Map<String, AdminRoute> routes() {
        EdgeMetricsPage page = new EdgeMetricsPage(store, this::inventory, this::silent, store::coverage, names);
        Map<String, AdminRoute> routes = new HashMap<>(MetricsRoutes.of(api()));
        routes.put(SCRAPE, request -> page.answer(request.query().get("dialect")));
        routes.put(DenialsRoute.NAME, denialsRoute);
        routes.put(EdgesRoute.NAME, new EdgesRoute(readings, this::inventory, this::sidecars));
        routes.put(TapRoute.NAME, new TapRoute(taps));
        return routes;
    }

    @Override
    public void meters(MeterRegistry registry) {
        StoreMeters.register(store, this::silent, registry);
        denials.meters(registry);
        taps.meters(registry);
    }

    /** The SMI metrics API; until the first state is told, it says of no object that it is not there. */
    public MetricsApi api() {
        return new MetricsApi(readings, this::inventory, this::sidecars, () -> told);
    }

    private Sidecars sidecars() {
        return new Sidecars(meshed, silent());
    }

    /** What went over edges. */
    public Readings readings() {
        return readings;
    }

    public Inventory inventory() {
        return inventory;
    }

    /** Pods whose sidecars should report and do not: their edges are unavailable, which is not the same as without traffic. */
    public SortedSet<WorkloadKey> silent() {
        return merged.silent();
    }

    /**
     * What another replica is told of this one.
     *
     * @param startMs from when on, in milliseconds since the epoch; null: no window
     */
    public Part part(@Nullable Long startMs) {
        return merged.part(startMs);
    }
}
