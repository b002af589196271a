package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.policy.Scopes;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All that one proxy is given, secrets apart: what Envoy would hold. */
public record Translated(List<Recipe> recipes) {

    public Translated {
        recipes = recipes.stream()
                .sorted(Comparator.comparing(Recipe::type).thenComparing(Recipe::name))
                .toList();
    }

    /** For a workload named {@code namespace/name} whose Envoy counts nothing. */
    public static Translated of(MeshModel mesh, String workload) {
        return of(mesh, workload, Telemetry.UNAVAILABLE);
    }

    /** For a workload named {@code namespace/name} that is told of the whole mesh. */
    public static Translated of(MeshModel mesh, String workload, Telemetry telemetry) {
        return of(mesh, Scopes.WHOLE, workload, telemetry);
    }

    /** For a workload that is told what its account may call. */
    public static Translated inScope(MeshModel mesh, String workload, Telemetry telemetry) {
        return of(mesh, Scopes.of(mesh, OutboundResolver.resolve(mesh)), workload, telemetry);
    }

    private static Translated of(MeshModel mesh, Scopes scopes, String workload, Telemetry telemetry) {
        String[] parts = workload.split("/", 2);
        Workload own = mesh.workloads().get(new WorkloadKey(parts[0], parts[1]));
        Observation observation = Observation.of(telemetry, own, mesh.settings());
        OutboundPolicy outbound = OutboundResolver.resolve(mesh);
        List<Recipe> recipes = new ArrayList<>();
        Scope scope = Scope.WHOLE;
        if (own.binds() instanceof Binds.Redirected) {
            scope = scopes.of(own.identity());
            recipes.addAll(Plan.redirected(outbound, observation));
            Set<String> beyond = scope.beyond().stream().map(Plan::name).collect(Collectors.toSet());
            recipes.removeIf(recipe -> recipe.type() == XdsType.LISTENER && beyond.contains(recipe.name()));
            // All that it may ask for.
            recipes.addAll(Plan.aliasClusters(scopes.aliased(), mesh.settings()));
            recipes.addAll(Plan.direct(outbound, mesh.direct(), observation));
        } else {
            recipes.addAll(Plan.outbound(outbound));
        }
        outbound.ports().forEach((key, port) -> {
            Scopes.Aliased alias = scopes.aliased().get(key);
            recipes.addAll(Plan.endpoints(port, mesh.endpoints(), alias == null ? List.of() : alias.addresses()));
        });
        recipes.addAll(Plan.own(
                own, InboundResolver.resolve(mesh, own), outbound, mesh.loopback(), observation, scopes.addresses()));
        return new Translated(recipes);
    }

    public List<Cluster> clusters() {
        return built(XdsType.CLUSTER, Cluster.class);
    }

    public List<ClusterLoadAssignment> endpoints() {
        return built(XdsType.ENDPOINT, ClusterLoadAssignment.class);
    }

    public List<Listener> listeners() {
        return built(XdsType.LISTENER, Listener.class);
    }

    public List<RouteConfiguration> routes() {
        return built(XdsType.ROUTE, RouteConfiguration.class);
    }

    private <T extends Message> List<T> built(XdsType type, Class<T> message) {
        return recipes.stream()
                .filter(recipe -> recipe.type() == type)
                .map(recipe -> message.cast(recipe.build()))
                .toList();
    }
}
