package io.weir.cli;

import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.TraceSampling;
import io.weir.injector.bootstrap.Credential;
import io.weir.injector.bootstrap.TelemetrySink;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.OpenTelemetrySettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What holds for every sidecar, where a pod's annotations say nothing else. */
final class InjectionOptions {

    /** How sidecars run. */
    enum Sidecars {
        NATIVE,
        CLASSIC
    }

    /** Whether sidecars tell what they count. */
    enum Telemetry {
        ON,
        OFF
    }

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            defaultValue = "envoyproxy/envoy:v1.40.0",
            description = "The image of sidecars: has envoy on its path (default: ${DEFAULT-VALUE}).")
    private String image = "envoyproxy/envoy:v1.40.0";

    @Option(
            names = "--init-image",
            paramLabel = "IMAGE",
            description = "The image of the init container that redirects traffic: has sh, and nftables or iptables"
                    + " (default: weir/init in weir's version).")
    private String initImage = "weir/init:" + Version.number();

    @Option(
            names = "--sidecars",
            paramLabel = "native|classic",
            defaultValue = "native",
            description = "Init containers that keep running, which need Kubernetes 1.29, or ordinary containers"
                    + " (default: ${DEFAULT-VALUE}).")
    private Sidecars sidecars = Sidecars.NATIVE;

    @Option(
            names = "--credential",
            paramLabel = "token|certificate",
            defaultValue = "token",
            description = "With what sidecars prove who they are: a bound ServiceAccount token, or a pod certificate,"
                    + " which needs Kubernetes 1.37 (default: ${DEFAULT-VALUE}).")
    private Credential credential = Credential.TOKEN;

    @Option(
            names = "--mode",
            paramLabel = "deny|permissive",
            defaultValue = "permissive",
            description = "The mesh's mode in the cluster; where it denies, a pod whose traffic is not intercepted must"
                    + " acknowledge that (default: ${DEFAULT-VALUE}).")
    private Mode mode = Mode.PERMISSIVE;

    @Option(
            names = "--namespaces-may-loosen",
            description = "Let a namespace be permissive in a mesh that denies (default: it may only be stricter).")
    private boolean mayLoosen;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = "weir-system",
            description = "Where Weir runs (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = "weir-system";

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            converter = TrustDomainText.class,
            description = "SPIFFE trust domain (default: ${DEFAULT-VALUE}).")
    private String trustDomain = "cluster.local";

    @Option(
            names = "--cluster-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "The cluster's DNS domain (default: ${DEFAULT-VALUE}).")
    private String clusterDomain = "cluster.local";

    @Option(
            names = "--telemetry",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Whether sidecars count what goes over each edge of the mesh, and push that to the program"
                    + " weir-telemetry in Weir's namespace (default: ${DEFAULT-VALUE}).")
    private Telemetry telemetry = Telemetry.ON;

    @Mixin
    private final OpenTelemetryOptions openTelemetry = new OpenTelemetryOptions();

    InjectionSettings settings() {
        return new InjectionSettings(
                Version.number(),
                new InjectionSettings.Mesh(
                        trustDomain,
                        systemNamespace,
                        InjectionSettings.Mesh.xdsHost(systemNamespace, clusterDomain),
                        mode == Mode.DENY,
                        mayLoosen),
                new InjectionSettings.Images(image, initImage),
                sidecars == Sidecars.NATIVE,
                credential,
                InjectionSettings.Resources.usual(),
                telemetry == Telemetry.ON ? TelemetrySink.in(systemNamespace, clusterDomain, trustDomain) : null,
                collector());
    }

    private @Nullable OpenTelemetrySettings collector() {
        OpenTelemetry collector = openTelemetry.collector(TraceSampling.NONE);
        return collector == null
                ? null
                : new OpenTelemetrySettings(
                        collector.host(),
                        collector.port(),
                        collector.tls(),
                        collector.sends(OpenTelemetry.Signal.METRICS));
    }
}
