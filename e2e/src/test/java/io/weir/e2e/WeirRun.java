package io.weir.e2e;

import static org.awaitility.Awaitility.await;

import io.weir.controlplane.standalone.AdminAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code weir run} as a user starts it: a process of its own, which starts {@code weir serve}, an Envoy for each
 * workload and the apps. What a test asks for, it asks the control plane's admin API, as {@code weir status} does.
 */
final class WeirRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern SENT =
            Pattern.compile("^weir_xds_resources_sent_total\\{type=\"(\\w+)\"} (\\S+)$", Pattern.MULTILINE);

    /** In the environment of every process of this run, so that none can be missed. */
    private final String mark = "WEIR_E2E_RUN=" + UUID.randomUUID();

    private final Path home;
    private final Path folder;
    private final Path state;
    private final HeldLauncher launcher;
    private final List<String> options;
    private final Process process;
    private final AtomicInteger markers = new AtomicInteger();

    private WeirRun(Path home, HeldLauncher launcher, List<String> options) throws Exception {
        this.home = home;
        this.folder = home.resolve("manifests");
        this.state = home.resolve("state");
        this.launcher = launcher;
        this.options = options;
        this.process = spawn();
    }

    /**
     * Starts a mesh in deny mode, and waits until every sidecar is connected and in sync.
     *
     * @param home an empty folder, or that of a run that has ended, whose manifests are kept
     * @param options of {@code weir run}
     */
    static WeirRun start(Path home, String manifests, String... options) throws Exception {
        WeirRun run = begin(home, manifests, HeldLauncher.in(home), options);
        try {
            run.settle();
            return run;
        } catch (Exception | Error e) {
            run.close();
            throw e;
        }
    }

    /** Starts it and waits for nothing; the launcher may hold its control plane back. */
    static WeirRun begin(Path home, String manifests, HeldLauncher launcher, String... options) throws Exception {
        Files.writeString(Files.createDirectories(home.resolve("manifests")).resolve("mesh.yaml"), manifests);
        return new WeirRun(home, launcher, List.of(options));
    }

    private Process spawn() throws Exception {
        // A JVM that starts with a signal ignored, as a job in the background does, never hears of it.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
        command.addAll(HeldLauncher.weir());
        command.addAll(List.of("run", folder.toString(), "--state", state.toString()));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment()
                .putAll(Map.of(
                        "WEIR_LAUNCHER",
                        launcher.script().toString(),
                        "XDG_DATA_HOME",
                        home.resolve("data").toString(),
                        "ENVOY_BIN",
                        Envoys.underTest().path().toString(),
                        mark.split("=")[0],
                        mark.split("=")[1]));
        return builder.start();
    }

    private Path log() {
        return home.resolve("run.log");
    }

    /** All that it has printed. */
    String printed() throws IOException {
        return Files.readString(log());
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

    /** Waits until all that was written so far is built, sent and accepted by every proxy. */
    void settle() throws IOException {
        String marker = "marker-" + markers.incrementAndGet();
        apply("zz-marker.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + marker + "}\n");
        awaiting("the folder is read and every proxy is in sync", () -> {
            JsonNode status = status();
            return status.path("namespaces")
                            .valueStream()
                            .anyMatch(name -> name.asString().equals(marker))
                    && status.path("proxies").valueStream().allMatch(WeirRun::inSync);
        });
    }

    /** Waits until a control plane serves. */
    void awaitServing() throws IOException {
        awaiting("the control plane serves", () -> ask("/readyz").strip().equals("ok"));
    }

    private static boolean inSync(JsonNode proxy) {
        return !proxy.path("connectedAt").isNull()
                && proxy.path("synced").size() >= 4
                && proxy.path("synced")
                        .valueStream()
                        .allMatch(type -> type.path("sync").asString().equals("SYNCED"));
    }

    /** A question whose answer may also be that nobody is there to answer. */
    interface Condition {
        boolean holds() throws IOException;
    }

    void awaiting(String what, Condition condition) throws IOException {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollInterval(TICK)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(condition::holds);
        } catch (RuntimeException e) {
            throw new AssertionError(printed(), e);
        }
    }

    // ---- what the control plane says

    JsonNode status() throws IOException {
        return JSON.readTree(ask("/v1/status"));
    }

    /** How many resources the control plane that runs now has sent, by type; nothing of types that it sent none of. */
    SortedMap<String, Double> sent() throws IOException {
        Matcher counters = SENT.matcher(ask("/metrics"));
        SortedMap<String, Double> sent = new TreeMap<>();
        while (counters.find()) {
            sent.put(counters.group(1), Double.parseDouble(counters.group(2)));
        }
        if (sent.isEmpty()) {
            throw new AssertionError("no counters");
        }
        sent.values().removeIf(count -> count == 0);
        return sent;
    }

    /** The answer of the admin API, whatever its status. */
    String ask(String path) throws IOException {
        AdminAddress admin = AdminAddress.read(state);
        try (HttpConnection connection = new HttpConnection(address(admin.address()))) {
            return connection
                    .send("GET", path, admin.address(), List.of("authorization: Bearer " + admin.token()))
                    .body();
        }
    }

    /** Where a workload's sidecar has its forward proxy. */
    InetSocketAddress proxyOf(String workload) throws IOException {
        return status().path("proxies")
                .valueStream()
                .filter(proxy -> proxy.path("proxy").asString().equals(workload))
                .map(proxy -> address(proxy.path("httpProxy").asString()))
                .findFirst()
                .orElseThrow();
    }

    /** The status of {@code GET url} through a workload's forward proxy, on a connection of its own. */
    int status(String from, String url) throws IOException {
        try (HttpConnection connection = new HttpConnection(proxyOf(from))) {
            return connection
                    .send("GET", url, URI.create(url).getAuthority(), List.of())
                    .status();
        }
    }

    /** A workload's Envoy, at its admin socket. */
    Sidecar sidecar(String workload) {
        return new Sidecar(
                state.resolve("proxies").resolve(workload.replace('/', '.')).resolve("admin.sock"));
    }

    private static InetSocketAddress address(String text) {
        URI uri = URI.create("http://" + text);
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** What a verb that asks this mesh did. */
    record Ran(int exit, String out, String err) {}

    /** Runs a verb as a user does; {@code --state} is added. */
    Ran weir(String... words) throws IOException {
        List<String> command = new ArrayList<>(HeldLauncher.weir());
        command.addAll(List.of(words));
        command.addAll(List.of("--state", state.toString()));
        Path out = home.resolve("verb.out");
        Path err = home.resolve("verb.err");
        Process verb = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int exit = verb.onExit().join().exitValue();
        return new Ran(exit, Files.readString(out), Files.readString(err));
    }

    // ---- processes

    HeldLauncher launcher() {
        return launcher;
    }

    /** The supervisor. */
    Process process() {
        return process;
    }

    /** Every process of this run, the supervisor among them. */
    List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::marked).toList();
    }

    private boolean marked(ProcessHandle candidate) {
        try {
            Path environment = Path.of("/proc", Long.toString(candidate.pid()), "environ");
            return ("\0" + Files.readString(environment, StandardCharsets.ISO_8859_1)).contains("\0" + mark);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Sends the supervisor a signal: {@code TERM}, {@code INT} or {@code KILL}. */
    void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-s", name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Ends all of it; what outlives its supervisor is ended by hand, and is a failure of the test. */
    @Override
    public void close() throws Exception {
        process.destroy();
        boolean ended = process.waitFor(20, TimeUnit.SECONDS);
        List<ProcessHandle> left = processes();
        left.forEach(ProcessHandle::destroyForcibly);
        if (!ended) {
            throw new AssertionError("weir run did not end: " + printed());
        }
    }
}
