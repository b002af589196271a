package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.standalone.DesiredReplicas.MetricsCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("envoy")
class EnvoyBootstrapTest {

    private static final List<String> HEADER_SWITCHES = List.of(
            "envoy.reloadable_features.match_headers_individually",
            "envoy.reloadable_features.rbac_match_headers_individually");

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({
        EnvoyInstall.OLDEST_VERSION + ",EDGES",
        EnvoyInstall.OLDEST_VERSION + ",UNAVAILABLE",
        EnvoyInstall.DEFAULT_VERSION + ",EDGES",
        EnvoyInstall.DEFAULT_VERSION + ",UNAVAILABLE"
    })
    void the_oldest_and_the_newest_envoy_accept_it(String version, Telemetry telemetry) throws Exception {
        Path envoy = EnvoyInstall.system(System.err::println).ensure(version);
        ProxyFolder proxy = new ProxyFolder(dir.resolve("it's a \"folder\": {}"));
        Files.writeString(
                dir.resolve("roots.pem"),
                TestPki.forServer("weir-xds.cluster.local").roots());
        assertValid(envoy, proxy, null, telemetry);
    }

    @ParameterizedTest
    @ValueSource(strings = {EnvoyInstall.OLDEST_VERSION, EnvoyInstall.DEFAULT_VERSION})
    void with_a_collector_of_metrics_too(String version) throws Exception {
        Path envoy = EnvoyInstall.system(System.err::println).ensure(version);
        ProxyFolder proxy = new ProxyFolder(dir.resolve("p"));
        Files.writeString(
                dir.resolve("roots.pem"),
                TestPki.forServer("weir-xds.cluster.local").roots());
        for (String endpoint : List.of("http://127.0.0.1:4317", "https://otel.example.org:4317", "https://[::1]:1")) {
            MetricsCollector metrics = new MetricsCollector(endpoint, new TreeMap<>(Map.of("shop/a", "store")));
            assertValid(envoy, proxy, metrics, Telemetry.UNAVAILABLE);
            assertValid(envoy, proxy, metrics, Telemetry.EDGES);
            assertThat(Files.readString(proxy.bootstrap()))
                    .contains("weir-otel-metrics", "{\"service.name\": \"store\"}");
        }
    }

    private void assertValid(Path envoy, ProxyFolder proxy, MetricsCollector metrics, Telemetry telemetry)
            throws Exception {
        proxy.write(bootstrap(proxy, RuntimeFlags.of(envoy), metrics, telemetry), token());
        Command.Result checked = Command.run(
                List.of(
                        envoy.toString(),
                        "--mode",
                        "validate",
                        "-c",
                        proxy.bootstrap().toString()),
                System.getenv(),
                Duration.ofSeconds(30));
        assertThat(checked.exit()).as(checked.output()).isZero();
        assertThat(checked.output()).doesNotContainIgnoringCase("deprecated").doesNotContain("envoy bug");
    }

    @Test
    void who_is_to_count_has_a_sink_and_says_so_and_others_have_none() {
        ProxyFolder proxy = new ProxyFolder(dir.resolve("p"));
        assertThat(bootstrap(proxy, new TreeMap<>(), null, Telemetry.EDGES).yaml())
                .contains("metadata: {telemetry: true}", "metrics_service", "weir-tap");
        assertThat(bootstrap(proxy, new TreeMap<>(), null, Telemetry.UNAVAILABLE)
                        .yaml())
                .contains("metadata: {telemetry: false}")
                .doesNotContain("metrics_service", "weir-tap");
    }

    @Test
    void repeated_headers_are_joined_by_switch_where_the_envoy_has_the_switch() throws Exception {
        EnvoyInstall install = EnvoyInstall.system(System.err::println);
        assertThat(RuntimeFlags.of(install.ensure(EnvoyInstall.OLDEST_VERSION)))
                .doesNotContainKeys(HEADER_SWITCHES.toArray(String[]::new));
        assertThat(RuntimeFlags.of(install.ensure(EnvoyInstall.DEFAULT_VERSION)))
                .containsEntry(HEADER_SWITCHES.get(0), false)
                .containsEntry(HEADER_SWITCHES.get(1), false);
    }

    @Test
    void what_a_proxy_is_given_only_its_owner_can_read() throws Exception {
        ProxyFolder proxy = new ProxyFolder(dir.resolve("p"));
        proxy.write(bootstrap(proxy, new TreeMap<>(), null, Telemetry.EDGES), token());
        try (var files = Files.walk(proxy.folder())) {
            assertThat(files.map(EnvoyBootstrapTest::permissions)).allMatch(text -> text.endsWith("------"));
        }
        assertThat(dir.resolve("p/credential/token")).hasContent("Bearer abc");
        assertThat(Files.readString(proxy.bootstrap())).doesNotContain("abc");
    }

    private EnvoyBootstrap bootstrap(
            ProxyFolder proxy, SortedMap<String, Object> runtime, MetricsCollector metrics, Telemetry telemetry) {
        DesiredReplicas desired =
                DesiredReplicas.of("127.0.0.1:15010", "cluster.local", List.of(), List.of(), metrics, telemetry);
        return EnvoyBootstrap.of(
                DesiredReplicasTest.replica("a", null),
                desired,
                new EnvoyBootstrap.Files(proxy.folder(), dir.resolve("roots.pem")),
                runtime);
    }

    private static ProxyTokens.ProxyToken token() {
        return new ProxyTokens.ProxyToken("abc\n", Instant.MAX);
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
