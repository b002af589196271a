package io.weir.cli.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.weir.controlplane.admin.StatusReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the replicas of a control plane say, put together: each sees the sidecars alone that are connected to it.
 *
 * @param settings of the mesh; null if no replica answered
 * @param sidecars by {@code namespace/pod}
 * @param replicas those that answered
 * @param problems why one could not be asked; empty if all answered
 */
public record MeshStatus(
        @Nullable Settings settings,
        SortedMap<String, SidecarStatus> sidecars,
        List<String> replicas,
        List<String> problems) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public MeshStatus {
        sidecars = Collections.unmodifiableSortedMap(new TreeMap<>(sidecars));
        replicas = List.copyOf(replicas);
        problems = List.copyOf(problems);
    }

    /**
     * What holds for the whole mesh, as a status says it.
     *
     * @param tracesCollected whether there is a collector of traces; null: it does not say
     */
    public record Settings(
            String trustDomain,
            String clusterDomain,
            String mode,
            String pathMatch,
            boolean namespacesMayLoosen,
            @Nullable Boolean tracesCollected) {}

    /**
     * What one replica answered.
     *
     * @param replica its pod, or the address at which it was asked
     * @param body of {@code GET /v1/status}
     */
    public record Answer(String replica, String body) {}

    /** Of a status, what is read here. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Body(List<StatusReport.Proxy> proxies) {}

    /** Nobody answered. */
    public static MeshStatus unasked(String problem) {
        return new MeshStatus(null, new TreeMap<>(), List.of(), List.of(problem));
    }

    /**
     * Puts answers together.
     *
     * @param problems why other replicas did not answer
     */
    public static MeshStatus of(List<Answer> answers, List<String> problems) {
        List<String> wrong = new ArrayList<>(problems);
        List<String> replicas = new ArrayList<>();
        TreeMap<String, List<SidecarStatus>> said = new TreeMap<>();
        Settings settings = null;
        for (Answer answer : answers) {
            try {
                Body body = JSON.readValue(answer.body(), Body.class);
                settings = JSON.readValue(answer.body(), Settings.class);
                replicas.add(answer.replica());
                body.proxies()
                        .forEach(proxy -> said.computeIfAbsent(proxy.proxy(), _ -> new ArrayList<>())
                                .add(new SidecarStatus(
                                        proxy,
                                        proxy.connectedAt() == null ? null : answer.replica(),
                                        SidecarStatus.State.UNKNOWN)));
            } catch (JacksonException e) {
                wrong.add(answer.replica() + " answered what is no status of this version: " + e.getOriginalMessage());
            }
        }
        TreeMap<String, SidecarStatus> sidecars = new TreeMap<>();
        said.forEach((proxy, all) -> {
            SidecarStatus latest = Collections.max(all, BY_CONNECTION);
            sidecars.put(
                    proxy,
                    new SidecarStatus(
                            latest.report(), latest.replica(), SidecarStatus.state(latest.report(), wrong.isEmpty())));
        });
        return new MeshStatus(settings, sidecars, replicas, wrong);
    }

    /** A sidecar that moved is known to both replicas for a moment: the newer connection counts. */
    private static final Comparator<SidecarStatus> BY_CONNECTION = Comparator.comparing(
            (SidecarStatus sidecar) -> sidecar.report().connectedAt(),
            Comparator.nullsFirst(Comparator.naturalOrder()));
}
