package io.weir.cli;

import io.weir.telemetry.model.Readings;
import io.weir.telemetry.prometheus.PrometheusReadings;
import io.weir.telemetry.prometheus.PrometheusSettings;
import io.weir.telemetry.prometheus.TargetSelector;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the metrics API is answered from. */
final class MetricsBackendOptions {

    private enum Backend {
        MEMORY,
        PROMETHEUS
    }

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--metrics-backend",
            paramLabel = "memory|prometheus",
            defaultValue = "memory",
            description =
                    "What the metrics API and weir stat are answered from: what sidecars told this program, or what"
                            + " a Prometheus scraped of that (default: ${DEFAULT-VALUE}).")
    private Backend backend = Backend.MEMORY;

    @Option(
            names = "--prometheus-url",
            paramLabel = "URL",
            description =
                    "Where that Prometheus is, or another store with its HTTP API: what comes before /api/v1/query.")
    private @Nullable String url;

    @Option(
            names = "--prometheus-token-file",
            paramLabel = "FILE",
            description = "A file with a bearer token for it, read anew each time (default: none is sent).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--prometheus-ca-file",
            paramLabel = "FILE",
            description = "Certificates (PEM) that vouch for it (default: those that Java trusts).")
    private @Nullable Path caFile;

    @Option(
            names = "--prometheus-tenant",
            paramLabel = "NAME",
            description = "Sent as X-Scope-OrgID, for a store of several tenants (default: none is sent).")
    private @Nullable String tenant;

    @Option(
            names = "--prometheus-selector",
            paramLabel = "MATCHERS",
            converter = TargetSelectorText.class,
            description =
                    "Label matchers of the targets that are believed, as 'job=\"weir-telemetry\",namespace=\"weir-system\"'"
                            + " (default: all, so that whatever else it scrapes could pose as this program).")
    private @Nullable TargetSelector selector;

    @Option(
            names = "--prometheus-delay",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "How long after a scrape all of it can be asked for: a few seconds more than a store lags"
                    + " that is written to by others (default: 0s, as of a Prometheus that scrapes).")
    private @Nullable Duration delay;

    /** From where windows are had, given what was pushed. */
    UnaryOperator<Readings> readings() {
        PrometheusSettings settings = prometheus();
        if (settings == null) {
            return UnaryOperator.identity();
        }
        try {
            return PrometheusReadings.inPlaceOfMemory(InstantSource.system(), settings);
        } catch (IOException e) {
            throw new Failure(Failure.text(e), "name a file of certificates (PEM) with --prometheus-ca-file");
        }
    }

    /** Null: from memory. */
    private @Nullable PrometheusSettings prometheus() {
        if (backend == Backend.MEMORY) {
            if (Stream.of(url, tokenFile, caFile, tenant, selector, delay).anyMatch(Objects::nonNull)) {
                throw wrong("--prometheus-... options need --metrics-backend prometheus");
            }
            return null;
        }
        if (url == null) {
            throw wrong("--metrics-backend prometheus needs --prometheus-url");
        }
        Duration wait = delay == null ? Duration.ZERO : delay;
        if (wait.compareTo(PrometheusSettings.MOST_DELAY) > 0) {
            throw wrong("--prometheus-delay is at most " + PrometheusSettings.MOST_DELAY.toMinutes() + "m");
        }
        try {
            return new PrometheusSettings(new URI(url), tokenFile, caFile, tenant)
                    .with(selector == null ? TargetSelector.EVERY : selector, wait);
        } catch (URISyntaxException e) {
            // It isn't repeated: there may be a password in it.
            throw wrong("--prometheus-url: it is no URL, which begins with http:// or https://");
        } catch (IllegalArgumentException e) {
            throw wrong("--prometheus-url: " + e.getMessage());
        }
    }

    /** The same options as arguments of another program, with absolute paths. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (prometheus() != null) {
            add(arguments, "--metrics-backend", backend.name().toLowerCase(Locale.ROOT));
            add(arguments, "--prometheus-url", url);
            add(arguments, "--prometheus-token-file", tokenFile == null ? null : tokenFile.toAbsolutePath());
            add(arguments, "--prometheus-ca-file", caFile == null ? null : caFile.toAbsolutePath());
            add(arguments, "--prometheus-tenant", tenant);
            add(arguments, "--prometheus-selector", selector == null ? null : "{" + selector + "}");
            add(arguments, "--prometheus-delay", delay == null ? null : delay.toSeconds() + "s");
        }
        return arguments;
    }

    private static void add(List<String> arguments, String name, @Nullable Object value) {
        if (value != null) {
            arguments.add(name);
            arguments.add(value.toString());
        }
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
