package io.weir.testing.pods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A network namespace with a process inside that is the pod's app and does what the test says. */
public final class Pod implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String name;
    private final String netns;
    private final String ipv4;
    private final String ipv6;
    private @Nullable Process inside;
    private @Nullable BufferedReader answers;

    /**
     * An HTTP answer.
     *
     * @param status 0 where none came
     */
    public record Answer(int status, String body) {}

    Pod(String name, String netns, String ipv4, String ipv6) {
        this.name = name;
        this.netns = netns;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    public String name() {
        return name;
    }

    public String ipv4() {
        return ipv4;
    }

    public String ipv6() {
        return ipv6;
    }

    String netns() {
        return netns;
    }

    /** Addresses, a way to everywhere, and the process. */
    void connect(String gateway) throws IOException {
        exec("ip link set lo up");
        exec("ip addr add " + ipv4 + "/24 dev eth0");
        exec("ip addr add " + ipv6 + "/64 dev eth0 nodad");
        exec("ip link set eth0 up");
        exec("ip route add default via " + gateway);
        // Service addresses are on no network; something has to let the kernel send to them.
        exec("ip -6 route add default dev eth0");
        Path script = Files.createTempFile("pod", ".py");
        try (InputStream in = Objects.requireNonNull(Pod.class.getResourceAsStream("pod.py"))) {
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        script.toFile().deleteOnExit();
        // `ip netns exec` makes a mount namespace too, so what a pod mounts is the pod's alone.
        Process process = new ProcessBuilder(List.of("ip", "netns", "exec", netns, "python3", script.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        inside = process;
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private void exec(String command) throws IOException {
        Commands.run("ip netns exec " + netns + " " + command);
    }

    // ---- the pod's apps

    /** Starts an app: {@code http}, {@code banner} (speaks first), {@code echo} or {@code udp}. */
    public void serve(String app, int port) throws IOException {
        ask("serve", Map.of("app", app, "name", name, "port", port));
    }

    /** Starts an app that speaks first, over TLS of its own; {@code certificate} is a PEM file with key and chain. */
    public void serveTls(int port, Path certificate) throws IOException {
        ask("serve", Map.of("app", "tls", "name", name, "port", port, "certificate", certificate.toString()));
    }

    /** A GET. */
    public Answer get(String host, int port, String path) throws IOException {
        return get(host, port, path, 1).getLast();
    }

    /** Requests on one connection, until one fails. */
    public List<Answer> get(String host, int port, String path, int times) throws IOException {
        JsonNode answer = ask("get", Map.of("host", host, "port", port, "path", path, "times", times));
        return answer.get("answers")
                .valueStream()
                .map(one ->
                        new Answer(one.get("status").asInt(), one.get("body").asString()))
                .toList();
    }

    /** A GET on a connection that stays open, as far as the other end lets it, for the next one to that address. */
    public Answer hold(String host, int port, String path) throws IOException {
        JsonNode answer = ask("hold", Map.of("host", host, "port", port, "path", path));
        return new Answer(answer.get("status").asInt(), answer.get("body").asString());
    }

    /** The first line heard over TCP; empty if the connection ends, or five seconds pass, without one. */
    public String hear(String host, int port) throws IOException {
        return say(host, port, "");
    }

    /** The first line heard over TCP after saying something. */
    public String say(String host, int port, String text) throws IOException {
        return ask("say", Map.of("host", host, "port", port, "text", text))
                .get("heard")
                .asString();
    }

    /** The first line heard over TLS of the app's own. */
    public String hearTls(String host, int port, String serverName) throws IOException {
        return ask("say", Map.of("host", host, "port", port, "tls", Map.of("name", serverName)))
                .get("heard")
                .asString();
    }

    /** The answer to a datagram; empty if none comes. */
    public String datagram(String host, int port) throws IOException {
        return ask("datagram", Map.of("host", host, "port", port, "text", "hello"))
                .get("heard")
                .asString();
    }

    // ---- processes

    /** Runs a shell script as root, with the pod's network and the pod's mounts, to its end. */
    public void run(String script) throws IOException {
        JsonNode done = ask("run", Map.of("argv", List.of("sh"), "input", script));
        if (done.get("code").asInt() != 0) {
            throw new IOException("in pod " + name + ": " + done.get("output").asString());
        }
    }

    /** Starts a process that ends with the pod at the latest. */
    public void start(List<String> command, Path log) throws IOException {
        ask("start", Map.of("argv", command, "log", log.toString()));
    }

    /** Does what {@code pod.py} can do as another user. */
    public JsonNode askAs(int uid, String what, Map<String, ?> arguments) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        all.put("uid", uid);
        all.put("do", "as_user");
        all.put("what", what);
        return send(all);
    }

    /** Does what {@code pod.py} can do. */
    public JsonNode ask(String what, Map<String, ?> arguments) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        all.put("do", what);
        return send(all);
    }

    private synchronized JsonNode send(Map<String, Object> command) throws IOException {
        OutputStream to = Objects.requireNonNull(inside).getOutputStream();
        to.write((JSON.writeValueAsString(command) + "\n").getBytes(StandardCharsets.UTF_8));
        to.flush();
        String line = Objects.requireNonNull(answers).readLine();
        if (line == null) {
            throw new IOException("pod " + name + " has ended");
        }
        JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) {
            throw new IOException("in pod " + name + ": " + answer.get("error").asString());
        }
        return answer;
    }

    /** Ends the process and all that it started. */
    @Override
    public void close() throws IOException {
        Process process = inside;
        if (process != null) {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }
}
