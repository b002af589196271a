package io.weir.controlplane.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The OpenTelemetry collector that sidecars send to, by OTLP over gRPC, and what they send.
 *
 * @param host name or address of the collector, as sidecars resolve it
 * @param tls whether it is called by TLS, and its certificate checked against the roots of the sidecar's system
 * @param signals what is sent
 * @param sampling of traces, in namespaces that say nothing themselves
 */
public record OpenTelemetry(String host, int port, boolean tls, SortedSet<Signal> signals, TraceSampling sampling) {

    /** Where OTLP over gRPC is served, if nothing else is said. */
    public static final int USUAL_PORT = 4317;

    /** What OpenTelemetry calls a signal. */
    public enum Signal {
        TRACES,
        METRICS,
        ACCESS_LOGS
    }

    public OpenTelemetry {
        signals = Sorted.set(signals);
    }

    /**
     * From the endpoint as people write it: {@code HOST}, {@code HOST:PORT}, or either with {@code http://} or {@code
     * https://} before it; without, it is called in plaintext.
     *
     * @throws IllegalArgumentException if the endpoint is something else; the message says what
     */
    public static OpenTelemetry at(String endpoint, Collection<Signal> signals, TraceSampling sampling) {
        String usual = endpoint.contains("://") ? endpoint : "http://" + endpoint;
        try {
            URI uri = new URI(usual);
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            boolean bare = uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && List.of("", "/").contains(uri.getRawPath());
            if (uri.getHost() == null || !bare || !List.of("http", "https").contains(scheme)) {
                throw new IllegalArgumentException(notOne(endpoint));
            }
            return new OpenTelemetry(
                    uri.getHost().replaceAll("[\\[\\]]", ""),
                    uri.getPort() < 0 ? USUAL_PORT : uri.getPort(),
                    scheme.equals("https"),
                    new TreeSet<>(signals),
                    sampling);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(notOne(endpoint), e);
        }
    }

    private static String notOne(String endpoint) {
        return "'" + endpoint
                + "' is no endpoint, such as collector.observability:4317 or https://otel.example.org:4317";
    }

    /** As {@link #at} reads it. */
    public String endpoint() {
        return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether this signal is sent. */
    public boolean sends(Signal signal) {
        return signals.contains(signal);
    }
}
