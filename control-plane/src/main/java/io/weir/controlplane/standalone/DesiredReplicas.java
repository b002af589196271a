package io.weir.controlplane.standalone;

import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.TraceSampling;
import io.weir.smi.wellknown.MetricsExport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What should run on this machine: the answer of {@code GET /v1/replicas?generation=<known>&wait=<seconds>} of the
 * admin API. The control plane answers at once if its generation is not the known one, else when it changes or the
 * time is up.
 *
 * @param generation equal for equal content
 * @param xds {@code address:port} of the xDS server; must outlive a restart of the control plane, since running Envoys
 *     know no other
 * @param trustDomain the xDS server's certificate names {@code weir-xds.<trustDomain>}
 * @param replicas sorted by namespace and name
 * @param datagramsByAddress the ports, as {@code namespace/name:port}, whose UDP callers are told by the address they
 *     send from: those in deny mode; sorted
 * @param metrics the collector that sidecars send metrics to; null: none
 * @param telemetry what sidecars are to count
 */
public record DesiredReplicas(
        String generation,
        String xds,
        String trustDomain,
        List<DesiredReplica> replicas,
        List<String> datagramsByAddress,
        @Nullable MetricsCollector metrics,
        Telemetry telemetry) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    public DesiredReplicas {
        replicas = replicas.stream().sorted(DesiredReplica.ORDER).toList();
        datagramsByAddress = datagramsByAddress.stream().sorted().toList();
    }

    /**
     * The OpenTelemetry collector that sidecars send metrics to.
     *
     * @param endpoint as {@link OpenTelemetry#endpoint()} writes it
     * @param services by replica, {@code namespace/name}, the name of its workload
     */
    public record MetricsCollector(String endpoint, SortedMap<String, String> services) {

        public MetricsCollector {
            services = Sorted.map(services);
        }

        MetricsExport of(DesiredReplica replica) {
            OpenTelemetry collector = OpenTelemetry.at(endpoint, List.of(), TraceSampling.NONE);
            return new MetricsExport(
                    collector.host(),
                    collector.port(),
                    collector.tls(),
                    services.getOrDefault(replica.key(), replica.name()));
        }
    }

    /** With the generation that follows from the content. */
    public static DesiredReplicas of(
            String xds, String trustDomain, List<DesiredReplica> replicas, List<String> datagramsByAddress) {
        return of(xds, trustDomain, replicas, datagramsByAddress, null, Telemetry.EDGES);
    }

    /** The same, with a collector, or with sidecars that count nothing. */
    public static DesiredReplicas of(
            String xds,
            String trustDomain,
            List<DesiredReplica> replicas,
            List<String> datagramsByAddress,
            @Nullable MetricsCollector metrics,
            Telemetry telemetry) {
        String content =
                new DesiredReplicas("", xds, trustDomain, replicas, datagramsByAddress, metrics, telemetry).json();
        return new DesiredReplicas(digest(content), xds, trustDomain, replicas, datagramsByAddress, metrics, telemetry);
    }

    /**
     * Reads what {@link #json()} wrote.
     *
     * @throws JacksonException if the text is something else
     */
    public static DesiredReplicas read(String json) {
        return JSON.readValue(json, DesiredReplicas.class);
    }

    public String json() {
        return JSON.writeValueAsString(this);
    }

    private static String digest(String content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
