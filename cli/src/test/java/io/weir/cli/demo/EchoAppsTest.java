package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.weir.controlplane.model.Transport;
import io.weir.controlplane.standalone.DesiredReplica;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the example app itself: what it writes is what the demo reads. */
class EchoAppsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void the_counts_of_a_caller_are_read_from_its_stats_port() throws IOException, InterruptedException {
        int server = echo("serve", "--http", "0", "--app", "bookstore", "--version", "v1");
        int stats = echo("call", "http://127.0.0.1:" + server + "/books", "--rate", "100", "--stats", "0");
        DesiredReplica buyer = replica(new DesiredReplica.PortBinding("stats", 9102, stats, 9102, Transport.TCP));
        EchoApps apps = new EchoApps(() -> List.of(buyer), HttpClient.newHttpClient());

        Tally tally = apps.observe().of(Bookstore.BUYER);
        long until = System.nanoTime() + LIMIT.toNanos();
        while (tally.by(Bookstore.FROM_V1).good() == 0 && System.nanoTime() < until) {
            tally = apps.observe().of(Bookstore.BUYER);
        }

        assertThat(tally.by(Bookstore.FROM_V1).good()).isPositive();
        assertThat(tally.by(Bookstore.FROM_V1).p50Millis()).isPositive();
        assertThat(tally.good()).isEqualTo(tally.calls());

        end();
        assertThat(apps.observe().of(Bookstore.BUYER).calls())
                .as("an app that is gone has its last counts")
                .isGreaterThanOrEqualTo(tally.calls());
    }

    private int echo(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                "-B",
                Path.of("../examples/echo/echo.py").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).contains("proxy"));
        Process process = builder.start();
        started.add(process);
        BufferedReader printed = process.inputReader();
        String line = printed.readLine();
        if (line == null) {
            return fail("echo.py ended at once");
        }
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private static DesiredReplica replica(DesiredReplica.PortBinding port) {
        return new DesiredReplica(
                "customers",
                "bookbuyer",
                "uid",
                "bookbuyer",
                "127.16.0.1",
                "127.16.0.1:15080",
                "127.0.0.1",
                List.of(port),
                null,
                new TreeMap<>(),
                List.of());
    }
}
