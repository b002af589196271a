package io.weir.injector.inject;

import io.weir.injector.bootstrap.AppMetrics;
import io.weir.smi.wellknown.Sidecar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The annotations by which Prometheus usually finds an app's metrics, sent to the sidecar's endpoint, which has both. */
final class MetricsAnnotations {

    private static final String SCRAPE = "prometheus.io/scrape";
    private static final String PORT = "prometheus.io/port";
    private static final String PATH = "prometheus.io/path";
    private static final String SCHEME = "prometheus.io/scheme";

    private MetricsAnnotations() {}

    /**
     * Rewrites them in place.
     *
     * @param original where to write down what was there
     * @return null if the app shows no metrics, or not at a port that can be told
     */
    static @Nullable AppMetrics redirect(PodTree pod, SortedMap<String, String> original) {
        int port = port(pod);
        if (!"true".equals(pod.annotation(SCRAPE)) || port == 0 || port == Sidecar.METRICS_PORT) {
            return null;
        }
        String path = pod.annotation(PATH);
        AppMetrics metrics = new AppMetrics(
                port, WirePath.of(path == null ? "/metrics" : path), "https".equalsIgnoreCase(pod.annotation(SCHEME)));
        Map<String, String> redirected = new LinkedHashMap<>();
        redirected.put(PORT, String.valueOf(Sidecar.METRICS_PORT));
        if (path != null) {
            redirected.put(PATH, "/metrics");
        }
        if (metrics.tls()) {
            redirected.put(SCHEME, "http");
        }
        redirected.forEach((key, value) -> Annotations.replace(pod, key, value, original));
        return metrics;
    }

    /** Without a number, the first TCP port that the pod declares; 0 if there is none. */
    private static int port(PodTree pod) {
        String written = pod.annotation(PORT);
        if (written != null) {
            int port = written.matches("[1-9]\\d{0,4}") ? Integer.parseInt(written) : 0;
            return port <= 65_535 ? port : 0;
        }
        for (JsonNode container : pod.list(PodTree.CONTAINERS)) {
            for (JsonNode port : container.path("ports")) {
                if (port.path("protocol").asString("TCP").equals("TCP")) {
                    return port.path("containerPort").asInt(0);
                }
            }
        }
        return 0;
    }
}
