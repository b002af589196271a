package io.weir.e2e;

import static org.awaitility.Awaitility.await;

import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.admin.StatusReport;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.LoopbackSlot;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.controlplane.standalone.ProxyTokens;
import io.weir.controlplane.standalone.Supervisor;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.e2e.HttpConnection.Answer;
import io.weir.telemetry.Aggregator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A mesh as {@code weir run} makes it: a folder, a control plane, a supervisor with a real Envoy for each workload. The
 * control plane runs in this JVM, so that a test can wait for what it does instead of guessing.
 */
final class TestMesh implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MANIFESTS = "manifests";

    private final Path home;
    private final Path folder;
    private final ControlPlaneOptions options;
    private final Supervisor supervisor;
    private final QuietEvents events;
    private final AtomicInteger markers = new AtomicInteger();
    private ControlPlane controlPlane;
    private Aggregator aggregator;

    private TestMesh(Path home, ControlPlaneOptions options, Supervisor supervisor, QuietEvents events)
            throws IOException {
        this.home = home;
        this.folder = home.resolve(MANIFESTS);
        this.options = options;
        this.supervisor = supervisor;
        this.events = events;
        startControlPlane();
    }

    private void startControlPlane() throws IOException {
        aggregator = Aggregator.of(options.settings());
        controlPlane = ControlPlane.start(options, aggregator);
    }

    /** Another control plane takes over, at the same address; the sidecars go on meanwhile. */
    void restartControlPlane() throws IOException {
        controlPlane.close();
        startControlPlane();
        settle();
    }

    /** A mesh in deny mode, with everything connected and in sync. */
    static TestMesh start(String manifests) throws Exception {
        return start(manifests, Mode.DENY);
    }

    static TestMesh start(String manifests, Mode mode) throws Exception {
        return start(manifests, mode, CertificateSettings.defaults());
    }

    static TestMesh start(String manifests, Mode mode, CertificateSettings certificates) throws Exception {
        return start(manifests, new MeshSettings("cluster.local", "cluster.local", mode), certificates);
    }

    static TestMesh start(String manifests, MeshSettings settings) throws Exception {
        return start(manifests, settings, CertificateSettings.defaults());
    }

    private static TestMesh start(String manifests, MeshSettings settings, CertificateSettings certificates)
            throws Exception {
        Path home = Files.createTempDirectory("weir-e2e");
        Path folder = Files.createDirectory(home.resolve(MANIFESTS));
        Files.writeString(folder.resolve("mesh.yaml"), manifests);
        ControlPlaneOptions options = new ControlPlaneOptions(
                folder,
                home.resolve("state"),
                Path.of(System.getProperty("java.io.tmpdir"), "weir-e2e-shared-" + System.getProperty("user.name")),
                settings,
                certificates,
                ControlPlaneOptions.Apps.RUNNING);
        StateFolder state = StateFolder.open(options.state());
        QuietEvents events = new QuietEvents();
        Supervisor supervisor = Supervisor.start(
                new Supervisor.Options(
                        options.state(),
                        folder,
                        List.of("sleep", "infinity"),
                        Envoys.underTest(),
                        ControlPlane.trustFolder(options).resolve("roots.pem"),
                        1,
                        System.getenv()),
                ProxyTokens.signedBy(state, new TrustDomain(settings.trustDomain())),
                events);
        try {
            TestMesh mesh = new TestMesh(home, options, supervisor, events);
            mesh.settle();
            return mesh;
        } catch (Exception | Error e) {
            supervisor.close();
            throw e;
        }
    }

    // ---- the folder

    /** Writes a file as an editor does that saves by renaming. */
    void apply(String file, String manifests) throws IOException {
        Path fresh = Files.writeString(home.resolve("fresh"), manifests);
        Files.move(fresh, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete(String file) throws IOException {
        Files.delete(folder.resolve(file));
    }

    Path folder() {
        return folder;
    }

    /** Waits until all that was written so far is built, sent and accepted by every proxy. */
    void settle() throws IOException {
        String marker = "marker-" + markers.incrementAndGet();
        apply("zz-marker.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + marker + "}\n");
        await("the folder is read")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() ->
                        controlPlane.pipeline().given().state().namespaces().containsKey(marker));
        await("every proxy is in sync")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(this::inSync);
    }

    private boolean inSync() {
        return controlPlane.status().proxies().stream()
                .allMatch(proxy -> proxy.connectedAt() != null
                        && proxy.synced().size() >= 4
                        && proxy.synced().values().stream().allMatch(type -> type.sync() == TypeStatus.Sync.SYNCED));
    }

    // ---- requests

    /** An open connection to a workload's forward proxy. */
    HttpConnection connect(String from) throws IOException {
        return new HttpConnection(proxy(from));
    }

    /** Where a workload's forward proxy listens. */
    InetSocketAddress proxy(String workload) {
        Binds.Loopback binds = binds(workload);
        return new InetSocketAddress(binds.address(), binds.httpProxyPort());
    }

    Answer get(String from, String url, String... headers) throws IOException {
        return send(from, "GET", url, headers);
    }

    /** One request through the caller's forward proxy, on a connection of its own. */
    Answer send(String from, String method, String url, String... headers) throws IOException {
        try (HttpConnection connection = connect(from)) {
            return connection.send(method, url, authority(url), List.of(headers));
        }
    }

    /** The status of {@code GET http://web.shop:8080/} with these header lines. */
    int status(String from, String... headers) throws IOException {
        return get(from, "http://web.shop:8080/", headers).status();
    }

    /** A plaintext request straight to a workload's sidecar, past any mTLS. */
    Answer plaintext(String workload, int port, String method, String path) throws IOException {
        WorkloadPort bound = workload(workload).ports().stream()
                .filter(candidate -> candidate.port() == port)
                .findFirst()
                .orElseThrow();
        try (HttpConnection connection =
                new HttpConnection(new InetSocketAddress(bound.bindAddress(), bound.bindPort()))) {
            return connection.send(method, path, "whoever", List.of());
        }
    }

    /** How often each app answered; every answer must be 200. */
    Map<String, Integer> apps(String from, String url, int requests, String... headers) throws IOException {
        return count(from, url, requests, headers, Answer::app);
    }

    /** How often each body came; every answer must be 200. */
    Map<String, Integer> bodies(String from, String url, int requests) throws IOException {
        return count(from, url, requests, new String[0], Answer::body);
    }

    private Map<String, Integer> count(
            String from, String url, int requests, String[] headers, Function<Answer, String> key) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        try (HttpConnection connection = connect(from)) {
            for (int i = 0; i < requests; i++) {
                Answer answer = connection.send("GET", url, authority(url), List.of(headers));
                if (answer.status() != 200) {
                    throw new AssertionError("request " + i + " to " + url + ": " + answer);
                }
                counts.merge(key.apply(answer), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Sends a line over TCP by the service's address and returns the answer; empty if the connection is closed. */
    String line(String from, String service, int port, String line) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(serviceAddress(from, service, port, Transport.TCP), 5_000);
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String answer = in.readLine();
            return answer == null ? "" : answer;
        } catch (SocketException closed) {
            return "";
        }
    }

    /** Sends a datagram by the service's address; empty if no answer comes, tried for a second. */
    String datagram(String from, String service, int port, String text) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(250);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            byte[] buffer = new byte[2048];
            for (int attempt = 0; attempt < 4; attempt++) {
                socket.send(
                        new DatagramPacket(bytes, bytes.length, serviceAddress(from, service, port, Transport.UDP)));
                DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
                try {
                    socket.receive(answer);
                    return new String(buffer, 0, answer.getLength(), StandardCharsets.UTF_8);
                } catch (SocketTimeoutException silence) {
                    // Datagrams get lost: the next attempt tells silence from loss.
                }
            }
            return "";
        }
    }

    /** Where the caller's sidecar listens for a service port. */
    InetSocketAddress serviceAddress(String from, String service, int port, Transport transport) {
        String[] name = service.split("/");
        LoopbackSlot slot =
                model().loopback().get(new ServicePortKey(new ServiceKey(name[0], name[1]), port, transport));
        int ipv4 = binds(from).block() + slot.offset();
        String address = (ipv4 >>> 24) + "." + (ipv4 >>> 16 & 255) + "." + (ipv4 >>> 8 & 255) + "." + (ipv4 & 255);
        return new InetSocketAddress(address, slot.port());
    }

    // ---- what the control plane says

    /** Each diagnostic as one line: object, field, message. */
    List<String> diagnostics() {
        return controlPlane.status().diagnostics().stream()
                .map(problem -> problem.code() + " " + problem.object() + " " + problem.field() + ": "
                        + problem.message() + " " + problem.fix())
                .toList();
    }

    /** What proxies have refused. */
    List<String> nacks() {
        return controlPlane.status().proxies().stream()
                .filter(proxy -> proxy.lastNack() != null)
                .map(proxy -> proxy.proxy() + ": " + proxy.lastNack())
                .toList();
    }

    /** What {@code weir run} complained of. */
    List<String> complaints() {
        return events.failures();
    }

    /** A workload's Envoy. */
    Sidecar sidecar(String workload) {
        return new Sidecar(home.resolve("state/proxies/" + workload.replace('/', '.') + "/admin.sock"));
    }

    /** Begins to replace the root, as {@code weir ca rotate} does. */
    void rotateRoot() throws IOException, InterruptedException {
        AdminAddress admin = controlPlane.adminAddress();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + admin.address() + "/v1/ca/rotate"))
                            .header("authorization", "Bearer " + admin.token())
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(answer + " " + answer.body());
            }
        }
    }

    StatusReport status() {
        return controlPlane.status();
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    /** What the sidecars told. */
    Aggregator aggregator() {
        return aggregator;
    }

    MeshModel model() {
        return controlPlane.pipeline().world().built().model();
    }

    private Workload workload(String name) {
        String[] parts = name.split("/");
        Workload workload = model().workloads().get(new WorkloadKey(parts[0], parts[1]));
        if (workload == null) {
            throw new IllegalArgumentException("no workload " + name);
        }
        return workload;
    }

    private Binds.Loopback binds(String name) {
        return (Binds.Loopback) workload(name).binds();
    }

    private static String authority(String url) {
        String rest = url.substring("http://".length());
        return rest.contains("/")
                ? rest.substring(0, rest.indexOf('/'))
                : URI.create(url).getAuthority();
    }

    @Override
    public void close() throws Exception {
        // The addresses are given back with the control plane, so nobody may be left at them.
        supervisor.close();
        controlPlane.close();
    }
}
