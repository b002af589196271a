package io.weir.bench.server;

import io.weir.controlplane.standalone.Bootstraps;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Envoy, which is asked in the end what it was told: so that nothing is tuned for simulated ones. */
public final class RealEnvoy implements AutoCloseable {

    private static final Pattern WEIGHT =
            Pattern.compile("\"name\": \"outbound/bench-0/front-a/80\",\\s+\"weight\": (\\d+)");

    private static final String QUESTION = """
            GET /config_dump?resource=dynamic_route_configs&name_regex=outbound/bench-0/front/80 HTTP/1.1\r
            host: envoy\r
            connection: close\r
            \r
            """;

    private final Path admin;
    private final Closeable running;

    /**
     * One that runs.
     *
     * @param admin the socket of its admin API
     * @param running ends it
     */
    RealEnvoy(Path admin, Closeable running) {
        this.admin = admin;
        this.running = running;
    }

    /** The one to run. */
    static EnvoyInstall.Binary binary() throws IOException {
        try {
            return new EnvoyInstall(System.getenv(), System.err::println).locate();
        } catch (EnvoyUnavailable e) {
            throw new IOException("no Envoy to run", e);
        }
    }

    static RealEnvoy start(Bootstraps.Written bootstrap) throws IOException {
        Process process = new ProcessBuilder(bootstrap.command())
                .directory(bootstrap.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(bootstrap.folder().resolve("envoy.out").toFile())
                .start();
        return new RealEnvoy(bootstrap.folder().resolve("admin.sock"), () -> end(process));
    }

    /** The weight in effect of the backend whose weight changes; -1 if it has none yet, or does not answer yet. */
    public int weight() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(admin));
            Channels.newOutputStream(channel).write(QUESTION.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            Matcher weight = WEIGHT.matcher(new String(answer, StandardCharsets.UTF_8));
            return weight.find() ? Integer.parseInt(weight.group(1)) : -1;
        } catch (IOException _) {
            return -1;
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException("an Envoy's network can't be taken away", e);
        }
    }
}
