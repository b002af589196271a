package io.weir.controlplane.model;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    private static final Pattern ENDPOINT = Pattern.compile("(?:(?<scheme>[Hh][Tt][Tt][Pp][Ss]?)://)?"
            + "(?<host>[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{1,5}))?/?");

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
        Matcher parts = ENDPOINT.matcher(endpoint);
        if (!parts.matches()) {
            throw new IllegalArgumentException(notOne(endpoint));
        }
        String number = parts.group("port");
        int port = number == null ? USUAL_PORT : Integer.parseInt(number);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(notOne(endpoint));
        }
        return new OpenTelemetry(
                parts.group("host").replaceAll("[\\[\\]]", ""),
                port,
                "https".equalsIgnoreCase(parts.group("scheme")),
                new TreeSet<>(signals),
                sampling);
    }

    private static String notOne(String endpoint) {
        return "'" + endpoint
                + "' is no endpoint, such as collector.observability:4317 or https://otel.example.org:4317";
    }

    /** As {@link #at} reads it. */
    public String endpoint() {
        return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether there is a collector that traces are sent to. */
    public static boolean traces(@Nullable OpenTelemetry collector) {
        return collector != null && collector.sends(Signal.TRACES);
    }

    /** Whether this signal is sent. */
    public boolean sends(Signal signal) {
        return signals.contains(signal);
    }
}
