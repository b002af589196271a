package io.weir.controlplane.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsType;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From manifests to streams: what is built and sent is in proportion to the change. Counted, never timed. */
class PipelineScaleTest {

    private static final int SERVICES = 1_000;
    private static final int PROXIES = 200;
    private static final int SERVICES_OF_AN_APP = SERVICES / PROXIES;
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    private Path state;

    /** Five Services choose each app, so a replica more of one app is an endpoint more of these five. */
    @Test
    void one_replica_more_among_a_thousand_services_and_two_hundred_proxies_is_five_assignments_and_no_more()
            throws Exception {
        List<String> documents = manifests();
        Changing source = new Changing(Yaml.state(documents.toArray(String[]::new)));
        // Last by name: nothing is saved here, so it must be last to be given an address.
        documents.add(Yaml.workloadFor("more", "app7", "account7", "{name: http, port: 8080}"));
        ClusterState after = Yaml.state(documents.toArray(String[]::new));

        try (CertificateAuthority authority = CertificateAuthority.open(
                        StateFolder.open(state),
                        new TrustDomain("cluster.local"),
                        CertificateSettings.defaults(),
                        CLOCK);
                Pipeline pipeline = new Pipeline(
                        source, MeshSettings.defaults(), authority, new WorkloadCertificates(authority, CLOCK));
                AdsWorld world = new AdsWorld(PROXIES, pipeline)) {
            List<ScriptedClient> clients = IntStream.range(0, PROXIES)
                    .mapToObj(i -> connected(world, new WorkloadKey("shop", "app" + i)))
                    .toList();
            Map<XdsType, Long> built = byType(pipeline::builds);
            Map<XdsType, Long> responses = byType(world.counters::responses);
            Map<XdsType, Long> resources = byType(world.counters::resources);

            CountDownLatch changed = new CountDownLatch(1);
            pipeline.onWorld(_ -> {
                world.cache.changed();
                changed.countDown();
            });
            pipeline.follow();
            source.become(after);
            assertThat(changed.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(grown(byType(pipeline::builds), built))
                    .isEqualTo(Map.of(XdsType.ENDPOINT, (long) SERVICES_OF_AN_APP));
            assertThat(grown(byType(world.counters::responses), responses))
                    .isEqualTo(Map.of(XdsType.ENDPOINT, (long) PROXIES));
            assertThat(grown(byType(world.counters::resources), resources))
                    .isEqualTo(Map.of(XdsType.ENDPOINT, (long) PROXIES * SERVICES_OF_AN_APP));
            List<String> affected = IntStream.range(0, SERVICES_OF_AN_APP)
                    .mapToObj(i -> "outbound/shop/s" + (7 + i * PROXIES) + "/80")
                    .sorted()
                    .toList();
            assertThat(clients).allSatisfy(client -> {
                List<Answer> waiting = client.waiting();
                assertThat(waiting).extracting(Answer::names).containsExactly(affected);
                assertThat(waiting.getFirst().removed()).isEmpty();
                assertThat(waiting.getFirst()
                                .endpoints(affected.getFirst())
                                .getEndpoints(0)
                                .getLbEndpointsList())
                        .hasSize(2);
            });
        }
    }

    private static List<String> manifests() {
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < PROXIES; i++) {
            documents.add(Yaml.workload("app" + i, "account" + i, "{name: http, port: 8080}"));
        }
        for (int i = 0; i < SERVICES; i++) {
            documents.add(Yaml.serviceFor("s" + i, "app" + i % PROXIES, "{name: http, port: 80, targetPort: 8080}"));
        }
        return documents;
    }

    /** Asks for everything, as Envoy does, and accepts it. */
    private static ScriptedClient connected(AdsWorld world, WorkloadKey proxy) {
        ScriptedClient client = world.client(Protocol.DELTA, proxy);
        client.ask(XdsType.CLUSTER);
        Answer clusters = client.next();
        String[] outbound = clusters.names().stream()
                .filter(name -> name.startsWith("outbound/"))
                .toArray(String[]::new);
        assertThat(outbound).hasSize(SERVICES);
        client.ask(XdsType.ENDPOINT, outbound);
        client.take(XdsType.ENDPOINT);
        client.ack(clusters);
        client.ask(XdsType.LISTENER);
        assertThat(client.take(XdsType.LISTENER).names()).hasSizeGreaterThan(SERVICES);
        client.ask(XdsType.ROUTE, outbound);
        client.take(XdsType.ROUTE);
        client.ask(XdsType.SECRET, "identity", "trust");
        client.take(XdsType.SECRET);
        assertThat(client.waiting()).isEmpty();
        return client;
    }

    private static Map<XdsType, Long> byType(ToLongFunction<XdsType> count) {
        Map<XdsType, Long> counts = new EnumMap<>(XdsType.class);
        Arrays.stream(XdsType.values()).forEach(type -> counts.put(type, count.applyAsLong(type)));
        return counts;
    }

    /** By how much each count has grown; those that have not are left out. */
    private static Map<XdsType, Long> grown(Map<XdsType, Long> now, Map<XdsType, Long> before) {
        Map<XdsType, Long> grown = new EnumMap<>(now);
        before.forEach((type, count) -> grown.merge(type, -count, Long::sum));
        grown.values().removeIf(count -> count == 0);
        return grown;
    }

    /** A source that is told what to say. */
    private static final class Changing implements ClusterStateSource {

        private volatile ClusterState current;
        private Runnable listener = () -> {};

        Changing(ClusterState first) {
            current = first;
        }

        void become(ClusterState next) {
            current = next;
            listener.run();
        }

        @Override
        public ClusterState current() {
            return current;
        }

        @Override
        public void onChange(Runnable told) {
            listener = told;
        }

        @Override
        public void close() {}
    }
}
