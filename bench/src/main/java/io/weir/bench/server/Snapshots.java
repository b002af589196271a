package io.weir.bench.server;

import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import io.weir.controlplane.xds.translate.Secrets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From a state to a snapshot for each proxy, all of it anew for each state. What proxies share is built once for all of
 * them, and a version is that of the content, so that nothing is sent that did not change.
 */
final class Snapshots {

    private final MeshSettings settings = MeshSettings.defaults();
    private final CertificateAuthority authority;
    private final WorkloadCertificates certificates;

    Snapshots(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority;
        this.certificates = new WorkloadCertificates(authority, clock);
    }

    /** Resources of one type, and a version that follows from their content: recipes are all that they depend on. */
    private record Part(List<Message> messages, int version) {

        static final Part NOTHING = new Part(List.of(), 0);

        static Map<XdsType, Part> byType(List<Recipe> recipes) {
            Map<XdsType, List<Recipe>> byType = recipes.stream().collect(Collectors.groupingBy(Recipe::type));
            Map<XdsType, Part> parts = new EnumMap<>(XdsType.class);
            byType.forEach((type, list) ->
                    parts.put(type, new Part(list.stream().map(Recipe::build).toList(), list.hashCode())));
            return parts;
        }
    }

    /** Proxies of one kind, which share all but what is their own. */
    private record Group(boolean redirected, Observation observation) {

        List<Recipe> recipes(MeshModel model, OutboundPolicy outbound) {
            List<Recipe> recipes = new ArrayList<>(Plan.endpoints(outbound, model.endpoints()));
            if (redirected) {
                recipes.addAll(Plan.redirected(outbound, observation));
                recipes.addAll(Plan.direct(outbound, model.direct(), observation));
            } else {
                recipes.addAll(Plan.outbound(outbound));
            }
            return recipes;
        }
    }

    /** Gives each proxy, {@code namespace/name}, its snapshot as soon as that is made. */
    void make(ClusterState state, BiConsumer<String, Snapshot> each) {
        MeshModel model = MeshModelBuilder.build(state, settings).model();
        OutboundPolicy outbound = OutboundResolver.resolve(model);
        Map<Group, Map<XdsType, Part>> groups = new HashMap<>();
        for (Workload workload : model.workloads().values()) {
            if (workload.meshed()) {
                Observation observation = Observation.of(Telemetry.EDGES, workload, settings);
                Group group = new Group(workload.binds() instanceof Binds.Redirected, observation);
                Map<XdsType, Part> shared =
                        groups.computeIfAbsent(group, key -> Part.byType(key.recipes(model, outbound)));
                Map<XdsType, Part> own = Part.byType(Plan.own(
                        workload, InboundResolver.resolve(model, workload), outbound, model.loopback(), observation));
                each.accept(workload.key().toString(), snapshot(workload, shared, own));
            }
        }
    }

    private Snapshot snapshot(Workload workload, Map<XdsType, Part> shared, Map<XdsType, Part> own) {
        Svid identity = certificates.current(workload.key(), workload.identity());
        List<Secret> secrets = List.of(
                Secrets.identity(identity.keyPem(), identity.chainPem()),
                Secrets.trust(authority.bundle().pem()));
        return Snapshot.create(
                messages(XdsType.CLUSTER, Cluster.class, shared, own),
                version(XdsType.CLUSTER, shared, own),
                messages(XdsType.ENDPOINT, ClusterLoadAssignment.class, shared, own),
                version(XdsType.ENDPOINT, shared, own),
                messages(XdsType.LISTENER, Listener.class, shared, own),
                version(XdsType.LISTENER, shared, own),
                messages(XdsType.ROUTE, RouteConfiguration.class, shared, own),
                version(XdsType.ROUTE, shared, own),
                secrets,
                Integer.toHexString(secrets.hashCode()));
    }

    private static <M extends Message> List<M> messages(
            XdsType type, Class<M> kind, Map<XdsType, Part> shared, Map<XdsType, Part> own) {
        return Stream.of(shared, own)
                .flatMap(parts -> parts.getOrDefault(type, Part.NOTHING).messages().stream())
                .map(kind::cast)
                .toList();
    }

    private static String version(XdsType type, Map<XdsType, Part> shared, Map<XdsType, Part> own) {
        return Integer.toHexString(shared.getOrDefault(type, Part.NOTHING).version()) + "."
                + Integer.toHexString(own.getOrDefault(type, Part.NOTHING).version());
    }
}
