package io.weir.controlplane.pods;

import io.weir.testing.kube.InstalledAccount;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A replica of the control plane as a process of its own, with the rights of the account that it is installed with. */
final class ReplicaProcess implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Path log;
    private final int xdsPort;
    private final int adminPort;

    /** Returns once it serves. */
    ReplicaProcess(InstalledAccount account, String name, Path folder) throws IOException {
        this.name = name;
        this.log = folder.resolve(name + ".log");
        this.process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplicaMain.class.getName(),
                        account.kubeconfig().toString(),
                        account.namespace(),
                        name))
                .redirectError(log.toFile())
                .start();
        // Left open: it is the process's standard output.
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the replica does not serve: " + Files.readString(log));
        }
        String[] ports = line.split(" ", -1);
        xdsPort = Integer.parseInt(ports[0]);
        adminPort = Integer.parseInt(ports[1]);
    }

    String name() {
        return name;
    }

    int xdsPort() {
        return xdsPort;
    }

    /** What a page of its admin port says. */
    String page(String path) throws IOException, InterruptedException {
        return ask(request(path).build());
    }

    /** What it says to a user who has it do something. */
    String post(String path, String token) throws IOException, InterruptedException {
        return ask(request(path)
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path));
    }

    private static String ask(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** Without a warning, as a node that fails. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** As Kubernetes ends a pod: asked to, and given time. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
