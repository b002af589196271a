package io.weir.e2e.pod;

import io.weir.e2e.Envoys;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import tools.jackson.databind.node.ObjectNode;

/** The proxy of an injected pod, started as its container would be. */
final class RunningProxy implements AutoCloseable {

    private final String podIp;
    private final Path adminSocket;
    private final Path log;
    private final Process process;

    private RunningProxy(ProxyArguments arguments, boolean controlPlane) throws Exception {
        podIp = arguments.podIp();
        adminSocket = arguments.adminSocket();
        log = Files.createTempFile("proxy", ".log");
        process = new ProcessBuilder(arguments.of(Envoys.underTest().path(), controlPlane))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Serves what its bootstrap says, once this returns. */
    static RunningProxy alone(ObjectNode pod, String podIp, Path folder) throws Exception {
        RunningProxy proxy = new RunningProxy(new ProxyArguments(pod, podIp, folder), false);
        proxy.await(() -> proxy.health("/ready").status() == 200);
        return proxy;
    }

    /** Waits for a control plane that isn't there, once this returns. */
    static RunningProxy waiting(ObjectNode pod, String podIp, Path folder) throws Exception {
        RunningProxy proxy = new RunningProxy(new ProxyArguments(pod, podIp, folder), true);
        proxy.await(() -> Files.readString(proxy.log).contains("cm init: initializing cds"));
        return proxy;
    }

    private void await(Callable<Boolean> milestone) {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreException(ConnectException.class)
                    .until(() -> !process.isAlive() || milestone.call());
            if (!process.isAlive()) {
                throw new IllegalStateException("Envoy ended: " + Files.readString(log));
            }
        } catch (RuntimeException | IOException e) {
            close();
            throw new IllegalStateException(e);
        }
    }

    Answer health(String path) throws IOException {
        return Answer.get(podIp, Sidecar.HEALTH_PORT, path);
    }

    Answer metrics() throws IOException {
        return Answer.get(podIp, Sidecar.METRICS_PORT, "/metrics");
    }

    /** Posts to Envoy's own admin API. */
    void admin(String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(adminSocket));
            String request =
                    "POST " + path + " HTTP/1.1\r\nHost: admin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            String answer =
                    ProxyArguments.readable(Channels.newInputStream(channel).readAllBytes());
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException(answer);
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
