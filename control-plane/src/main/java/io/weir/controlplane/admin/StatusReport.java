package io.weir.controlplane.admin;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.World;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.server.ProxyStatus;
import io.weir.smi.wellknown.Sidecar;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/status} answers: the mesh as its control plane sees it.
 *
 * @param mode of namespaces that name none, as people write it
 * @param namespacesMayLoosen whether a namespace may be permissive where {@code mode} denies
 * @param tracesCollected whether there is a collector that sidecars send traces to
 * @param generation counts the worlds built since the start
 * @param namespaces those that were declared; a change of the folder has been read when it shows here
 */
public record StatusReport(
        String trustDomain,
        String clusterDomain,
        String mode,
        String pathMatch,
        boolean namespacesMayLoosen,
        boolean tracesCollected,
        long generation,
        List<String> namespaces,
        List<Proxy> proxies,
        CertificateAuthority.Status authority,
        List<Problem> diagnostics) {

    /**
     * One workload that should have a sidecar.
     *
     * @param workload what it is a replica of, such as a Deployment
     * @param ready whether its app takes traffic
     * @param httpProxy {@code address:port} of its forward proxy; null where the kernel redirects
     * @param connectedAt null: not connected
     * @param telemetry what its sidecar counts: {@code edges}, or {@code unavailable}; null: not connected
     * @param synced by type: SYNCED, PENDING or NACKED
     * @param certificateNotAfter null: it has none
     */
    public record Proxy(
            String proxy,
            String workload,
            String serviceAccount,
            boolean ready,
            @Nullable String httpProxy,
            @Nullable Instant connectedAt,
            @Nullable String envoyVersion,
            @Nullable String telemetry,
            Map<XdsType, TypeStatus> synced,
            @Nullable NackRecord lastNack,
            @Nullable Instant certificateNotAfter) {}

    /** A diagnostic, flat. */
    public record Problem(
            String severity,
            String code,
            String object,
            String field,
            String message,
            String fix,
            @Nullable String location) {

        static Problem of(Diagnostic diagnostic) {
            return new Problem(
                    diagnostic.severity().name(),
                    diagnostic.code(),
                    diagnostic.object().toString(),
                    diagnostic.field(),
                    diagnostic.message(),
                    diagnostic.fix(),
                    diagnostic.location() == null ? null : diagnostic.location().toString());
        }
    }

    /** Puts together what the stages say. */
    public static StatusReport of(
            World world,
            List<ProxyStatus> connected,
            CertificateAuthority.Status authority,
            Function<WorkloadKey, @Nullable Instant> notAfter) {
        MeshModel model = world.built().model();
        Map<WorkloadKey, ProxyStatus> byWorkload = connected.stream()
                .collect(Collectors.toMap(
                        status -> status.identity().workloadKey(),
                        Function.identity(),
                        (_, last) -> last,
                        TreeMap::new));
        return new StatusReport(
                model.settings().trustDomain(),
                model.settings().clusterDomain(),
                model.settings().mode().name().toLowerCase(Locale.ROOT),
                model.settings().pathMatch().name().toLowerCase(Locale.ROOT),
                model.settings().loosening() == MeshSettings.Loosening.ALLOWED,
                OpenTelemetry.traces(model.settings().openTelemetry()),
                world.generation(),
                List.copyOf(world.state().namespaces().keySet()),
                model.workloads().values().stream()
                        .filter(Workload::meshed)
                        .map(workload -> proxy(
                                workload,
                                world.state().replicas().get(workload.key()),
                                byWorkload.get(workload.key()),
                                notAfter.apply(workload.key())))
                        .toList(),
                authority,
                Stream.concat(world.state().diagnostics().stream(), world.built().diagnostics().stream())
                        .map(Problem::of)
                        .toList());
    }

    private static Proxy proxy(
            Workload workload, @Nullable Replica replica, @Nullable ProxyStatus status, @Nullable Instant notAfter) {
        return new Proxy(
                workload.key().toString(),
                replica == null ? workload.key().name() : replica.workload(),
                workload.identity().toString(),
                replica != null && replica.ready(),
                httpProxy(workload.binds()),
                status == null ? null : status.connectedAt(),
                status == null ? null : status.envoyVersion(),
                status == null ? null : status.telemetry().name().toLowerCase(Locale.ROOT),
                status == null ? Map.of() : new TreeMap<>(status.types()),
                status == null ? null : status.last(),
                notAfter);
    }

    private static @Nullable String httpProxy(@Nullable Binds binds) {
        return switch (binds) {
            case Binds.Loopback loopback -> loopback.address() + ":" + loopback.httpProxyPort();
            case Binds.Explicit _ -> "127.0.0.1:" + Sidecar.HTTP_PROXY_PORT;
            case Binds.Redirected _ -> null;
            case null -> null;
        };
    }
}
