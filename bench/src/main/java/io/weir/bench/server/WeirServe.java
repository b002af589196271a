package io.weir.bench.server;

import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import io.weir.bench.mesh.FolderMesh;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.standalone.Bootstraps;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import io.weir.controlplane.standalone.ProxyTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;

/** One {@code weir serve}. */
record WeirServe(Weir weir, FolderMesh mesh, Path home) {

    private Path state() {
        return home.resolve("state");
    }

    private Path roots() {
        return state().resolve("trust/roots.pem");
    }

    Serving start() throws IOException, InterruptedException {
        Files.deleteIfExists(state().resolve("admin.json"));
        long started = System.nanoTime();
        ServerProcess process = weir.start(
                home,
                Map.of("XDG_DATA_HOME", home.resolve("data").toString()),
                List.of("serve", mesh.folder().toString(), "--state", state().toString()));
        try {
            Readiness.await(process, () -> ask("/readyz").equals("ok"));
            double seconds = (System.nanoTime() - started) / 1e9;
            DesiredReplicas desired = DesiredReplicas.read(ask("/v1/replicas"));
            URI xds = URI.create("xds://" + desired.xds());
            Target target = Clients.target(
                    new InetSocketAddress(InetAddress.ofLiteral(xds.getHost()), xds.getPort()),
                    roots(),
                    Target.Nodes.FIRST_MESSAGE);
            ProxyTokens tokens =
                    ProxyTokens.signedBy(StateFolder.open(state()), new TrustDomain(desired.trustDomain()));
            return new Serving(
                    process, target, clients(desired, tokens), seconds, client -> envoy(client, desired, tokens));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private List<Who> clients(DesiredReplicas desired, ProxyTokens tokens) {
        return IntStream.range(0, mesh.shape().clients())
                .mapToObj(client -> replica(client, desired))
                .map(replica -> Clients.who(replica.key(), token(replica, tokens)))
                .toList();
    }

    private static String token(DesiredReplica replica, ProxyTokens tokens) {
        try {
            return tokens.issue(replica).value();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DesiredReplica replica(int client, DesiredReplicas desired) {
        String name = mesh.shape().client(client);
        return desired.replicas().stream()
                .filter(replica -> replica.key().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("weir serves no " + name));
    }

    private RealEnvoy envoy(int client, DesiredReplicas desired, ProxyTokens tokens) throws IOException {
        return RealEnvoy.start(Bootstraps.write(
                replica(client, desired),
                desired,
                roots(),
                tokens,
                RealEnvoy.binary(),
                home.resolve("envoy-" + client)));
    }

    private String ask(String path) throws IOException, InterruptedException {
        AdminAddress admin;
        try {
            admin = AdminAddress.read(state());
        } catch (JacksonException e) {
            throw new IOException("half written", e);
        }
        return Readiness.ask("http://" + admin.address() + path, admin.token());
    }
}
