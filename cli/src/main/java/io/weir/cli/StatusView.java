package io.weir.cli;

import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The status of a mesh as tables.
 *
 * @param now when it was asked for
 * @param folder the manifests, as the user names them
 */
record StatusView(Style style, Instant now, Path folder) {

    /** More would push what matters off the screen. */
    private static final int MOST_ADDRESSES = 60;

    /** Short names of the types, in the order in which they are sent. */
    private static final Map<String, String> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("CLUSTER", "CDS");
        TYPES.put("ENDPOINT", "EDS");
        TYPES.put("LISTENER", "LDS");
        TYPES.put("ROUTE", "RDS");
        TYPES.put("SECRET", "SDS");
    }

    String text(Map<String, Object> status, DesiredReplicas replicas) {
        StringBuilder text = new StringBuilder();
        text.append("trust domain ").append(status.get("trustDomain"));
        text.append(", mode ").append(status.get("mode"));
        text.append(", xDS ").append(replicas.xds()).append("\n\n");
        List<Map<String, Object>> proxies = StatusCommand.rows(status.get("proxies"));
        text.append(proxies(proxies));
        for (Map<String, Object> proxy : proxies) {
            if (proxy.get("lastNack") instanceof Map<?, ?> nack) {
                text.append('\n')
                        .append(style.bad("refused"))
                        .append(" by ")
                        .append(proxy.get("proxy"))
                        .append(": ")
                        .append(nack.get("resources"))
                        .append(": ")
                        .append(nack.get("reason"))
                        .append('\n');
            }
        }
        int addresses = replicas.replicas().stream()
                .mapToInt(replica -> replica.services().size())
                .sum();
        if (addresses > MOST_ADDRESSES) {
            text.append('\n').append(addresses).append(" addresses of services; weir status -o json lists them\n");
        } else if (addresses > 0) {
            text.append('\n').append(services(replicas));
        }
        List<Map<String, Object>> problems = StatusCommand.rows(status.get("diagnostics"));
        if (!problems.isEmpty()) {
            text.append('\n')
                    .append(problems.size())
                    .append(problems.size() == 1 ? " finding" : " findings")
                    .append(" in the manifests; weir validate ")
                    .append(folder)
                    .append(" shows them\n");
        }
        return text.toString();
    }

    private TextTable proxies(List<Map<String, Object>> proxies) {
        TextTable table = new TextTable(
                "PROXY",
                "ACCOUNT",
                "READY",
                "CONNECTED",
                "SYNCED",
                "LAST NACK",
                "CERTIFICATE ENDS",
                "ENVOY",
                "HTTP PROXY");
        for (Map<String, Object> proxy : proxies) {
            String address = shown(proxy.get("httpProxy"));
            table.row(
                    shown(proxy.get("proxy")),
                    shown(proxy.get("serviceAccount")),
                    Boolean.TRUE.equals(proxy.get("ready")) ? style.good("yes") : style.warn("no"),
                    proxy.get("connectedAt") == null
                            ? style.bad("no")
                            : "for " + duration(Duration.between(instant(proxy.get("connectedAt")), now)),
                    synced(proxy.get("synced")),
                    proxy.get("lastNack") instanceof Map<?, ?> nack ? ago(nack.get("at")) : "-",
                    proxy.get("certificateNotAfter") == null
                            ? "-"
                            : "in " + duration(Duration.between(now, instant(proxy.get("certificateNotAfter")))),
                    shown(proxy.get("envoyVersion")),
                    address.equals("-") ? "-" : "http://" + address);
        }
        return table;
    }

    private String synced(@Nullable Object types) {
        if (!(types instanceof Map<?, ?> byType) || byType.isEmpty()) {
            return "-";
        }
        StringJoiner late = new StringJoiner(" ");
        TYPES.forEach((type, shortName) -> {
            if (byType.get(type) instanceof Map<?, ?> state && !"SYNCED".equals(String.valueOf(state.get("sync")))) {
                String how = String.valueOf(state.get("sync")).toLowerCase(Locale.ROOT);
                late.add(shortName + " " + (how.equals("nacked") ? style.bad(how) : style.warn(how)));
            }
        });
        return late.length() == 0 ? style.good("all") : late.toString();
    }

    /** One row for each replica and service port. */
    private static TextTable services(DesiredReplicas replicas) {
        TextTable table = new TextTable("FROM", "SERVICE", "PORT", "ADDRESS");
        for (DesiredReplica replica : replicas.replicas()) {
            for (DesiredReplica.ServiceAddress service : replica.services()) {
                table.row(
                        replica.key(),
                        service.service(),
                        service.port() + "/" + service.transport().name().toLowerCase(Locale.ROOT),
                        service.address() + ":" + service.bindPort());
            }
        }
        return table;
    }

    private String ago(@Nullable Object at) {
        return style.bad(duration(Duration.between(instant(at), now)) + " ago");
    }

    private static String shown(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "-" : value.toString();
    }

    private static Instant instant(@Nullable Object value) {
        try {
            return Instant.parse(String.valueOf(value));
        } catch (DateTimeParseException e) {
            throw new Failure(
                    "the control plane speaks of time as " + value,
                    "run the weir that started it; this one is another version");
        }
    }

    /** The two largest units. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }
}
