package io.weir.cli;

import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code serve} takes, and {@code run} hands on to it. */
final class ServeOptions {

    private static final Duration LONGEST = Duration.ofDays(365);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Mixin
    private final StateOptions state = new StateOptions();

    @Mixin
    private final MeshOptions mesh = new MeshOptions();

    @Option(
            names = "--svid-ttl",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = DurationText.class,
            description = "Life of workload certificates, which are renewed at half of it: 90s, 10m, 24h"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration svidTtl = Duration.ofHours(24);

    @Mixin
    private final TracingOptions tracing = new TracingOptions();

    @Mixin
    private final MetricsBackendOptions metrics = new MetricsBackendOptions();

    @Mixin
    private final TelemetryOption telemetry = new TelemetryOption();

    Path folder() {
        return state.folder();
    }

    MetricsBackendOptions metrics() {
        return metrics;
    }

    MeshOptions mesh() {
        return mesh;
    }

    StateFolder state(Map<String, String> environment) {
        return state.state(environment);
    }

    ControlPlaneOptions controlPlane(Map<String, String> environment, ControlPlaneOptions.Apps apps) {
        if (svidTtl.compareTo(Duration.ofSeconds(2)) < 0 || svidTtl.compareTo(LONGEST) > 0) {
            if (spec == null) {
                throw new IllegalStateException("picocli sets the spec before it runs a command");
            }
            throw new ParameterException(spec.commandLine(), "--svid-ttl is from 2s to 365d");
        }
        CertificateSettings usual = CertificateSettings.defaults();
        return new ControlPlaneOptions(
                folder().toAbsolutePath().normalize(),
                state(environment).path(),
                StateFolder.shared(environment).resolve("shared"),
                mesh.settings().with(tracing.collector()).counting(telemetry.wanted()),
                new CertificateSettings(svidTtl, usual.root(), usual.skew(), usual.distribution()),
                apps);
    }

    /** The same options as arguments of {@code serve}. */
    List<String> arguments(Map<String, String> environment) {
        List<String> arguments = new ArrayList<>(List.of(
                folder().toAbsolutePath().normalize().toString(),
                "--state",
                state(environment).path().toString(),
                "--mode",
                mesh.settings().mode().name(),
                "--trust-domain",
                mesh.settings().trustDomain(),
                "--path-match",
                mesh.settings().pathMatch().name(),
                "--svid-ttl",
                svidTtl.toSeconds() + "s",
                "--telemetry",
                telemetry.typed()));
        arguments.addAll(tracing.arguments());
        arguments.addAll(metrics.arguments());
        return arguments;
    }
}
