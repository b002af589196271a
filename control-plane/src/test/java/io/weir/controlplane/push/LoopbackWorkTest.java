package io.weir.controlplane.push;

import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.SettableSource;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsType;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On one machine each proxy has listeners of its own: what they don't depend on must cost no proxy anything. */
class LoopbackWorkTest {

    private static final WorkloadKey CLIENT = new WorkloadKey("shop", "client");

    @TempDir
    private Path folder;

    private static ClusterState mesh(String port, int weight) {
        return state(
                workload("client", "client", "{name: http, port: 8080}"),
                workload("v1", "v1", port),
                workload("v2", "v2", port),
                serviceFor("web", "v1", port),
                serviceFor("web-v1", "v1", port),
                serviceFor("web-v2", "v2", port),
                split("web", "web", "web-v1=50", "web-v2=" + weight));
    }

    @Test
    void a_weight_of_requests_is_in_routes_and_leaves_every_proxys_own_listeners_alone() throws Exception {
        String http = "{name: http, port: 8080}";
        Layers layers = ofClient(mesh(http, 50), mesh(http, 60));
        assertThat(layers.after.shared(XdsType.ROUTE)).isNotSameAs(layers.before.shared(XdsType.ROUTE));
        for (XdsType type : new XdsType[] {XdsType.LISTENER, XdsType.ROUTE, XdsType.CLUSTER}) {
            assertThat(layers.after.own(type)).as("%s", type).isSameAs(layers.before.own(type));
        }
    }

    @Test
    void a_weight_of_connections_is_in_the_listener() throws Exception {
        String tcp = "{name: tcp, port: 8080}";
        Layers layers = ofClient(mesh(tcp, 50), mesh(tcp, 60));
        Layer after = layers.after.own(XdsType.LISTENER);
        assertThat(after.names()).isEqualTo(layers.before.own(XdsType.LISTENER).names());
        assertThat(after.resources())
                .filteredOn(listener ->
                        !listener.equals(layers.before.own(XdsType.LISTENER).get(listener.name())))
                .singleElement()
                .satisfies(listener -> assertThat(listener.name()).contains("shop/web/8080"));
    }

    private record Layers(ProxySnapshot before, ProxySnapshot after) {}

    private Layers ofClient(ClusterState first, ClusterState second) throws Exception {
        InstantSource clock = InstantSource.system();
        SettableSource source = new SettableSource(first);
        try (CertificateAuthority authority = CertificateAuthority.open(
                        StateFolder.open(folder),
                        new TrustDomain("cluster.local"),
                        CertificateSettings.defaults(),
                        clock);
                Pipeline pipeline = new Pipeline(
                        source, MeshSettings.defaults(), authority, new WorkloadCertificates(authority, clock))) {
            ProxySnapshot before =
                    Objects.requireNonNull(pipeline.snapshot(CLIENT, new Abilities(Telemetry.EDGES, true)));
            CountDownLatch done = new CountDownLatch(1);
            pipeline.onWorld(world -> {
                if (world.state().equals(second)) {
                    done.countDown();
                }
            });
            pipeline.follow();
            source.set(second);
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            return new Layers(
                    before, Objects.requireNonNull(pipeline.snapshot(CLIENT, new Abilities(Telemetry.EDGES, true))));
        }
    }
}
