package io.weir.e2e.node;

import java.util.Map;
import java.util.TreeMap;

/** What a sidecar counts, as its pod's port 15020 shows it. */
final class SidecarStats {

    private SidecarStats() {}

    /**
     * By name and labels, as {@code envoy_listener_ssl_handshake{...}}: those whose name contains this.
     *
     * @param workload whose container {@code app} has curl
     */
    static Map<String, Double> of(TestNamespace namespace, String workload, String name) {
        Program.Outcome shown = namespace.exec(workload, "sh", "-c", "curl -sf -m 5 http://$HOSTNAME:15020/metrics");
        if (!shown.ok()) {
            throw new IllegalStateException(workload + " shows no metrics: " + shown.output());
        }
        Map<String, Double> values = new TreeMap<>();
        for (String line : shown.out().lines().toList()) {
            int end = line.lastIndexOf(' ');
            if (!line.startsWith("#") && end > 0 && line.substring(0, end).contains(name)) {
                values.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
            }
        }
        return values;
    }

    static double sum(TestNamespace namespace, String workload, String name) {
        return of(namespace, workload, name).values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }
}
