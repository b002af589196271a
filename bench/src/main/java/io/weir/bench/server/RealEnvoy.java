package io.weir.bench.server;

import io.weir.controlplane.standalone.Bootstraps;
import java.io.IOException;
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

    private final Process process;
    private final Path folder;

    private RealEnvoy(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    static RealEnvoy start(Bootstraps.Written bootstrap) throws IOException {
        Process process = new ProcessBuilder(bootstrap.command())
                .directory(bootstrap.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(bootstrap.folder().resolve("envoy.out").toFile())
                .start();
        return new RealEnvoy(process, bootstrap.folder());
    }

    /** The weight in effect of the backend whose weight changes; -1 if it has none yet, or does not answer yet. */
    public int weight() {
        Path socket = folder.resolve("admin.sock");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Channels.newOutputStream(channel).write(QUESTION.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            Matcher weight = WEIGHT.matcher(new String(answer, StandardCharsets.UTF_8));
            return weight.find() ? Integer.parseInt(weight.group(1)) : -1;
        } catch (IOException _) {
            return -1;
        }
    }

    @Override
    public void close() {
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
}
