package io.weir.cli;

import io.weir.cli.cluster.MeshStatus;
import io.weir.cli.cluster.SidecarStatus;
import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.controlplane.admin.StatusReport;
import io.weir.controlplane.xds.cache.NackRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sidecars of a cluster for people and for programs.
 *
 * @param now when they were asked for
 */
record ClusterStatusView(Style style, Instant now) {

    String text(
            MeshStatus.Settings settings, MeshStatus status, List<SidecarStatus> sidecars, Map<String, String> nodes) {
        StringBuilder text = new StringBuilder();
        text.append("trust domain ").append(settings.trustDomain());
        text.append(", mode ").append(settings.mode());
        int replicas = status.replicas().size();
        text.append(", ").append(replicas).append(replicas == 1 ? " replica" : " replicas");
        text.append(" of the control plane\n");
        if (sidecars.isEmpty()) {
            return text.toString();
        }
        TextTable table = new TextTable(
                "POD", "ACCOUNT", "STATE", "CONNECTED", "CERTIFICATE ENDS", "ENVOY", "NODE", "CONTROL PLANE");
        for (SidecarStatus sidecar : sidecars) {
            StatusReport.Proxy report = sidecar.report();
            table.row(
                    report.proxy(),
                    report.serviceAccount(),
                    shown(sidecar),
                    report.connectedAt() == null ? "-" : "for " + since(report.connectedAt(), now),
                    report.certificateNotAfter() == null ? "-" : ends(report.certificateNotAfter()),
                    or(report.envoyVersion()),
                    or(nodes.get(report.proxy())),
                    or(sidecar.replica()));
        }
        text.append('\n').append(table);
        for (SidecarStatus sidecar : sidecars) {
            NackRecord last = sidecar.report().lastNack();
            if (sidecar.state() == SidecarStatus.State.REFUSED && last != null) {
                text.append('\n')
                        .append(style.bad("refused"))
                        .append(" by ")
                        .append(sidecar.report().proxy());
                text.append(": ")
                        .append(last.resources())
                        .append(": ")
                        .append(last.reason())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** As in {@code stale CDS, RDS}. */
    String shown(SidecarStatus sidecar) {
        String behind = sidecar.behind().isEmpty() ? "" : " " + String.join(", ", sidecar.behind());
        return switch (sidecar.state()) {
            case SYNCED -> style.good("synced");
            case STALE -> style.warn("stale") + behind;
            case REFUSED -> style.bad("refused") + behind;
            case DISCONNECTED -> style.bad("not connected");
            case UNKNOWN -> style.warn("unknown");
        };
    }

    private String ends(Instant notAfter) {
        return notAfter.isBefore(now)
                ? style.bad("ended " + since(notAfter, now) + " ago")
                : "in " + since(now, notAfter);
    }

    private static String since(Instant from, Instant until) {
        return StatusView.duration(Duration.between(from, until));
    }

    private static String or(@Nullable String value) {
        return value == null || value.isEmpty() ? "-" : value;
    }

    /** The keys of {@code -o json}, which are a contract: scripts read them. */
    Map<String, Object> tree(
            MeshStatus status, MeshStatus.Settings settings, List<SidecarStatus> sidecars, Map<String, String> nodes) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("trustDomain", settings.trustDomain());
        tree.put("mode", settings.mode());
        tree.put("replicas", status.replicas());
        tree.put("problems", status.problems());
        tree.put(
                "sidecars",
                sidecars.stream()
                        .map(sidecar -> tree(sidecar, nodes.get(sidecar.report().proxy())))
                        .toList());
        return tree;
    }

    private static Map<String, Object> tree(SidecarStatus sidecar, @Nullable String node) {
        StatusReport.Proxy report = sidecar.report();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("namespace", sidecar.namespace());
        tree.put("pod", sidecar.pod());
        tree.put("workload", report.workload());
        tree.put("serviceAccount", report.serviceAccount());
        tree.put("node", node);
        tree.put("ready", report.ready());
        tree.put("state", state(sidecar));
        tree.put("behind", sidecar.behind());
        tree.put("connectedAt", text(report.connectedAt()));
        tree.put("replica", sidecar.replica());
        tree.put("envoyVersion", report.envoyVersion());
        tree.put("certificateNotAfter", text(report.certificateNotAfter()));
        tree.put("lastRefusal", report.lastNack() == null ? null : refusal(report.lastNack()));
        return tree;
    }

    static String state(SidecarStatus sidecar) {
        return sidecar.state().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> refusal(NackRecord last) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("resources", last.resources());
        tree.put("reason", last.reason());
        tree.put("at", text(last.at()));
        return tree;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
