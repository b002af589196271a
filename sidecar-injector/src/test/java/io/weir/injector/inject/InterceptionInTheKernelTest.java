package io.weir.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.injector.golden.GoldenCase;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.pods.Pod;
import io.weir.testing.pods.PodNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What the init container's script makes of a pod's traffic, in the kernel. Apps that say their name stand for the sidecar's
 * ports; whoever runs as the sidecar's user is the sidecar.
 */
@Tag("envoy")
@ParameterizedClass
@ValueSource(strings = {"nft", "iptables-nft", "iptables"})
class InterceptionInTheKernelTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int SOMEBODY = 1000;

    private static String tool = "";
    private static Path folder = Path.of("");
    private static PodNetwork network;
    private static Pod web;
    private static Pod shop;
    private static Pod bank;

    InterceptionInTheKernelTest(String tool) {}

    @BeforeParameterizedClassInvocation
    static void pods(String given, @TempDir Path temporary) throws IOException {
        tool = given;
        folder = Files.createDirectories(temporary.resolve(given));
        network = PodNetwork.create();
        shop = network.pod("shop");
        bank = network.pod("bank");
        web = network.pod("web");
        for (int port : new int[] {80, 3306}) {
            shop.serve("banner", port);
            bank.serve("banner", port);
        }
        shop.serve("udp", 53);
        web.serve("banner", 8080);
        web.serve("banner", 9090);
        web.serve("udp", 5353);
        web.serve("udp", 5354);
        for (Map.Entry<String, Integer> app : Map.of(
                        "outbound",
                        Sidecar.OUTBOUND_PORT,
                        "inbound",
                        Sidecar.INBOUND_PORT,
                        "metrics",
                        Sidecar.METRICS_PORT,
                        "health",
                        Sidecar.HEALTH_PORT)
                .entrySet()) {
            web.ask("serve", Map.of("app", "banner", "name", app.getKey(), "port", app.getValue()));
        }
        web.ask("serve", Map.of("app", "udp", "name", "datagrams", "port", Sidecar.FIRST_UDP_PORT));
        init(web);
    }

    @AfterParameterizedClassInvocation
    static void end() throws IOException {
        network.close();
    }

    /** A pod whose init container it is. */
    private static String script() {
        ObjectNode pod = (ObjectNode) YAML.readTree("""
                metadata:
                  name: web
                  annotations:
                    weir.io/exclude-inbound-ports: "9090"
                    weir.io/exclude-outbound-ports: "3306"
                    weir.io/exclude-outbound-cidrs: "%s, %s/128"
                spec:
                  containers:
                  - {name: web, image: shop/web, ports: [{containerPort: 5353, protocol: UDP}]}
                """.formatted(bank.ipv4(), bank.ipv6()));
        ObjectNode injected = Injection.of(
                        NamespaceView.enabled("shop"), pod, GoldenCase.settings(YAML.createObjectNode()))
                .after();
        return injected.at("/spec/initContainers/0/args/0").asString();
    }

    /** As its container runs: with one capability, and an image that has one of the tools. */
    private static void init(Pod pod) throws IOException {
        JsonNode done = pod.ask(
                "run",
                Map.of(
                        "argv",
                        List.of(
                                "setpriv",
                                "--bounding-set=-all,+net_admin",
                                "--inh-caps=-all",
                                "--no-new-privs",
                                "/bin/sh",
                                "-c",
                                "PATH=" + image() + "\n" + script())));
        assertThat(done.get("code").asInt()).as(done.get("output").asString()).isZero();
        assertThat(done.get("output").asString())
                .isEqualTo(
                        "weir-init: traffic is redirected (" + (tool.equals("nft") ? "nftables" : "iptables") + ")\n");
    }

    private static Path image() throws IOException {
        Path bin = folder.resolve("bin");
        if (Files.notExists(bin)) {
            Files.createDirectory(bin);
            if (tool.equals("nft")) {
                link(bin.resolve("nft"), "nft");
            } else {
                for (String command : List.of("", "-restore")) {
                    link(bin.resolve(tool + command), "iptables-nft" + command);
                    link(bin.resolve(tool.replace("ip", "ip6") + command), "ip6tables-nft" + command);
                }
            }
        }
        return bin;
    }

    private static void link(Path name, String program) throws IOException {
        for (String place : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(place, program))) {
                // A link's own name would tell the program which tool it is.
                Files.writeString(name, "#!/bin/sh\nexec " + Path.of(place, program) + " \"$@\"\n");
                assertThat(name.toFile().setExecutable(true)).isTrue();
                return;
            }
        }
        throw new IOException(program + " is not installed: see scripts/pod-tools");
    }

    private static String heard(JsonNode answer) {
        return answer.path("heard").asString("").replace(" greets\n", "");
    }

    private static String from(Pod pod, int user, String host, int port) throws IOException {
        return heard(pod.askAs(user, "say", Map.of("host", host, "port", port)));
    }

    private static List<String> addresses(Pod pod) {
        return List.of(pod.ipv4(), pod.ipv6());
    }

    @Test
    void what_comes_in_is_the_sidecars_but_for_excluded_ports_health_and_metrics() throws IOException {
        for (String address : addresses(web)) {
            assertThat(from(shop, SOMEBODY, address, 8080)).isEqualTo("inbound");
            assertThat(from(shop, SOMEBODY, address, 7777)).isEqualTo("inbound");
            assertThat(from(shop, SOMEBODY, address, Sidecar.OUTBOUND_PORT)).isEqualTo("inbound");
            assertThat(from(shop, SOMEBODY, address, 9090)).isEqualTo("web");
            assertThat(from(shop, SOMEBODY, address, Sidecar.HEALTH_PORT)).isEqualTo("health");
            assertThat(from(shop, SOMEBODY, address, Sidecar.METRICS_PORT)).isEqualTo("metrics");
        }
    }

    @Test
    void what_goes_out_is_the_sidecars_but_for_excluded_ports_and_networks() throws IOException {
        for (int user : new int[] {0, SOMEBODY}) {
            for (String address : addresses(shop)) {
                assertThat(from(web, user, address, 80)).isEqualTo("outbound");
                assertThat(from(web, user, address, 3306)).isEqualTo("shop");
            }
            for (String address : addresses(bank)) {
                assertThat(from(web, user, address, 80)).isEqualTo("bank");
                assertThat(from(web, user, address, 3306)).isEqualTo("bank");
            }
        }
    }

    @Test
    void the_sidecars_own_connections_are_left_alone() throws IOException {
        for (String address : addresses(shop)) {
            assertThat(from(web, Sidecar.UID, address, 80)).isEqualTo("shop");
        }
        for (String address : List.of("127.0.0.1", "::1")) {
            assertThat(from(web, Sidecar.UID, address, 8080)).isEqualTo("web");
        }
        // A pod that calls itself through its Service: out by the sidecar, and in by it again.
        for (String address : addresses(web)) {
            assertThat(from(web, Sidecar.UID, address, 8080)).isEqualTo("inbound");
            assertThat(from(web, Sidecar.UID, address, 9090)).isEqualTo("web");
            assertThat(from(web, Sidecar.UID, address, Sidecar.HEALTH_PORT)).isEqualTo("health");
        }
        assertThat(toApp(web.ipv4(), Sidecar.TO_APP_ADDRESS)).isEqualTo("web");
        assertThat(toApp(web.ipv6(), Sidecar.TO_APP_ADDRESS_6)).isEqualTo("web");
    }

    /** As the sidecar calls its app. */
    private static String toApp(String host, String source) throws IOException {
        String python = "import socket; print(socket.create_connection(('%s', 8080), 5, ('%s', 0)).recv(99).decode())"
                .formatted(host, source);
        List<String> argv = List.of(
                "setpriv",
                "--reuid=" + Sidecar.UID,
                "--regid=" + Sidecar.UID,
                "--clear-groups",
                "python3",
                "-c",
                python);
        return web.ask("run", Map.of("argv", argv))
                .get("output")
                .asString()
                .replace(" greets\n", "")
                .strip();
    }

    @Test
    void the_app_reaches_itself_without_the_sidecar() throws IOException {
        for (String address : List.of("127.0.0.1", "::1", web.ipv4(), web.ipv6())) {
            assertThat(from(web, SOMEBODY, address, 8080)).isEqualTo("web");
        }
    }

    @Test
    void datagrams_to_declared_ports_are_the_sidecars_and_no_others() throws IOException {
        for (String address : addresses(web)) {
            assertThat(shop.datagram(address, 5353)).isEqualTo("datagrams");
            assertThat(shop.datagram(address, 5354)).isEqualTo("web");
        }
        for (String address : addresses(shop)) {
            assertThat(web.datagram(address, 53)).isEqualTo("shop");
        }
    }

    @Test
    void running_again_changes_nothing() throws IOException {
        Pod other = network.pod("other");
        init(other);
        String once = rules(other);
        init(other);
        assertThat(rules(other))
                .isEqualTo(once)
                .contains("15001")
                .contains("15006")
                .contains("15300");
    }

    private static String rules(Pod pod) throws IOException {
        String rules = pod.ask("run", Map.of("argv", List.of("nft", "list", "ruleset")))
                .get("output")
                .asString();
        return rules.replaceAll("packets \\d+ bytes \\d+", "").replaceAll("# handle \\d+", "");
    }

    @Test
    void a_pod_whose_image_has_no_tool_does_not_start() throws IOException {
        Pod other = network.pod("empty");
        assertThatThrownBy(() -> other.run("PATH=/nowhere\n" + script()))
                .hasMessageContaining("the image has no working nft and no iptables");
    }
}
