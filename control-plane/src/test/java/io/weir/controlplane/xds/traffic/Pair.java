package io.weir.controlplane.xds.traffic;

import static io.weir.controlplane.model.TestMesh.account;
import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static io.weir.controlplane.model.TestMesh.tcp;
import static io.weir.controlplane.model.TestMesh.udp;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.TestMesh;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.controlplane.xds.translate.StaticBootstrap;
import io.weir.controlplane.xds.translate.TestPki;
import io.weir.controlplane.xds.translate.Translated;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A store and two callers, each behind a real Envoy: the buyer is granted some things, the thief nothing. */
final class Pair implements AutoCloseable {

    private static final int BLOCK = 0x7f460000; // 127.70.0.0; each caller has 64 Ki addresses

    final Apps apps = new Apps();
    final InetSocketAddress inboundHttp;
    final InetSocketAddress inboundTcp;
    final InetSocketAddress inboundUdp;
    private final Map<String, RunningEnvoy> envoys = new TreeMap<>();
    private final MeshModel mesh;

    Pair(String version, Mode mode, Path folder) throws IOException {
        Workload store = store(mode);
        inboundHttp = bind(store, AppProtocol.HTTP);
        inboundTcp = bind(store, AppProtocol.TCP);
        inboundUdp = bind(store, AppProtocol.UDP);
        mesh = mesh(store);
        TestPki pki = new TestPki();
        for (Workload workload : mesh.workloads().values()) {
            Bootstrap bootstrap = StaticBootstrap.of(
                    Translated.of(mesh, workload.key().toString(), Envoys.telemetry(version)),
                    pki.identity(workload.identity().spiffeId("cluster.local")),
                    pki.trust());
            envoys.put(
                    workload.key().name(), new RunningEnvoy(version, completed(bootstrap, version, workload), folder));
        }
    }

    /** Where a caller's sidecar listens for a service port. */
    InetSocketAddress outbound(String caller, ServicePortKey key) throws IOException {
        LoopbackSlot slot = mesh.loopback().get(key);
        byte[] address = new byte[4];
        java.nio.ByteBuffer.wrap(address).putInt(binds(caller).block() + slot.offset());
        return new InetSocketAddress(InetAddress.getByAddress(address), slot.port());
    }

    /** A caller's forward proxy. */
    InetSocketAddress proxy(String caller) {
        return new InetSocketAddress(binds(caller).address(), binds(caller).httpProxyPort());
    }

    String source(String caller) {
        return binds(caller).address();
    }

    /** What a workload's sidecar counted: lines of Prometheus' format with this in them, in order. */
    List<String> counted(String workload, String what) {
        return Objects.requireNonNull(envoys.get(workload))
                .stats()
                .lines()
                .filter(line -> line.contains(what))
                .sorted()
                .toList();
    }

    String log() {
        StringBuilder all = new StringBuilder();
        envoys.values().forEach(envoy -> all.append(envoy.log()));
        return all.toString();
    }

    private Binds.Loopback binds(String caller) {
        return (Binds.Loopback)
                mesh.workloads().get(new WorkloadKey("shop", caller)).binds();
    }

    private Workload store(Mode mode) throws IOException {
        String address = "127.20.70.1";
        return new Workload(
                new WorkloadKey("shop", "store"),
                "uid-store",
                account("shop/store"),
                List.of(
                        port(80, AppProtocol.HTTP, apps.http("store"), address),
                        port(81, AppProtocol.HTTP, apps.upgrading(), address),
                        port(82, AppProtocol.HTTP, apps.grpc(), address),
                        port(9000, AppProtocol.TCP, apps.stream("store"), address),
                        port(53, AppProtocol.UDP, apps.datagrams("store"), address)),
                mode,
                new Binds.Loopback(address, freeStream(address), BLOCK));
    }

    private static Workload caller(String name, int number) throws IOException {
        String address = "127.20.7" + number + ".1";
        return new Workload(
                new WorkloadKey("shop", name),
                "uid-" + name,
                account("shop/" + name),
                List.of(),
                Mode.DENY,
                new Binds.Loopback(address, freeStream(address), BLOCK + number * 0x10000));
    }

    private static MeshModel mesh(Workload store) throws IOException {
        HeaderMatch joined = new HeaderMatch("x-team", "a,b");
        return new TestMesh()
                .service("shop/store", 80, AppProtocol.HTTP)
                .service("shop/store", 81, AppProtocol.HTTP)
                .service("shop/store", 82, AppProtocol.HTTP)
                .service("shop/store", 9000, AppProtocol.TCP)
                .service("shop/store", 53, AppProtocol.UDP)
                .service("shop/impostor", 80, AppProtocol.HTTP)
                .service("shop/gone", 80, AppProtocol.HTTP)
                .service("shop/gone", 9000, AppProtocol.TCP)
                .split(tcp("shop/gone", 80), List.of(match("(?:/store).*", "")), "shop/store=1")
                .split(tcp("shop/gone", 80), List.of())
                .split(tcp("shop/gone", 9000), List.of())
                .slot(tcp("shop/store", 80), new LoopbackSlot(1, freeStream("127.0.0.1")))
                .slot(tcp("shop/store", 81), new LoopbackSlot(1, freeStream("127.0.0.1")))
                .slot(tcp("shop/store", 82), new LoopbackSlot(1, freeStream("127.0.0.1")))
                .slot(tcp("shop/store", 9000), new LoopbackSlot(1, freeStream("127.0.0.1")))
                .slot(udp("shop/store", 53), new LoopbackSlot(1, freeDatagram("127.0.0.1")))
                .slot(tcp("shop/impostor", 80), new LoopbackSlot(3, freeStream("127.0.0.1")))
                .slot(tcp("shop/gone", 80), new LoopbackSlot(2, freeStream("127.0.0.1")))
                .slot(tcp("shop/gone", 9000), new LoopbackSlot(2, freeStream("127.0.0.1")))
                .workload(store, "shop/store")
                // The store answers here, but the store's account is none of this service's.
                .endpoint(
                        tcp("shop/impostor", 80),
                        new Endpoint(
                                bind(store, AppProtocol.HTTP).getHostString(),
                                bind(store, AppProtocol.HTTP).getPort(),
                                true))
                .workload(caller("buyer", 1))
                .workload(caller("thief", 2))
                .grant(
                        "shop/store",
                        new Grant.Http(
                                target("shop/buyers"),
                                accounts("shop/buyer"),
                                new PortScope.All(),
                                List.of(
                                        match("(?:/api).*", "GET"),
                                        match("(?:/store).*", ""),
                                        match("(?:/team).*", "", joined))))
                .grant(
                        "shop/store",
                        new Grant.Stream(
                                target("shop/buyers"),
                                accounts("shop/buyer"),
                                new PortScope.Only(new java.util.TreeSet<>(List.of(9000)))))
                .grant(
                        "shop/store",
                        new Grant.Datagram(target("shop/buyers"), accounts("shop/buyer"), new PortScope.All()))
                .build();
    }

    private static WorkloadPort port(int number, AppProtocol protocol, int appPort, String address) throws IOException {
        int bind = protocol == AppProtocol.UDP ? freeDatagram(address) : freeStream(address);
        return new WorkloadPort(number, protocol, "127.0.0.1", appPort, address, bind);
    }

    private static InetSocketAddress bind(Workload workload, AppProtocol protocol) {
        for (WorkloadPort port : workload.ports()) {
            if (port.protocol() == protocol) {
                return new InetSocketAddress(port.bindAddress(), port.bindPort());
            }
        }
        throw new IllegalArgumentException(protocol.toString());
    }

    private static int freeStream(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    private static int freeDatagram(String address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.getLocalPort();
        }
    }

    /** What the sidecar's own bootstrap adds: its source address, and headers judged joined where that is a choice. */
    private static Bootstrap completed(Bootstrap translated, String version, Workload workload) {
        Bootstrap.Builder bootstrap = translated.toBuilder();
        bootstrap
                .getAdminBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("127.0.0.1")
                .setPortValue(0);
        bootstrap
                .getClusterManagerBuilder()
                .setUpstreamBindConfig(BindConfig.newBuilder()
                        .setSourceAddress(SocketAddress.newBuilder()
                                .setAddress(((Binds.Loopback) workload.binds()).address())
                                .setPortValue(0)));
        if (!version.startsWith("1.36.")) {
            bootstrap
                    .getLayeredRuntimeBuilder()
                    .addLayersBuilder()
                    .setName("weir")
                    .getStaticLayerBuilder()
                    .putFields("envoy.reloadable_features.rbac_match_headers_individually", off())
                    .putFields("envoy.reloadable_features.match_headers_individually", off());
        }
        return bootstrap.build();
    }

    private static Value off() {
        return Value.newBuilder().setBoolValue(false).build();
    }

    @Override
    public void close() throws Exception {
        envoys.values().forEach(RunningEnvoy::close);
        apps.close();
    }
}
