package io.weir.controlplane.trace;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's traces, exported by OTLP over HTTP once {@code OTEL_EXPORTER_OTLP_ENDPOINT} (or {@code
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT}, or {@code OTEL_TRACES_EXPORTER}) is set; all other variables of OpenTelemetry hold
 * as well. Metrics are Prometheus' and logs go to standard error, so neither is exported unless its variable says so.
 */
public final class Tracing implements AutoCloseable {

    private static final String SCOPE = "io.weir.controlplane";

    private final Tracer tracer;
    private final @Nullable OpenTelemetrySdk sdk;

    private Tracing(Tracer tracer, @Nullable OpenTelemetrySdk sdk) {
        this.tracer = tracer;
        this.sdk = sdk;
    }

    /**
     * What the environment says.
     *
     * @throws io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException if it says what can't be
     */
    public static Tracing open(Map<String, String> environment) {
        boolean wanted = environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
                || environment.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
                || environment.containsKey("OTEL_TRACES_EXPORTER");
        if (!wanted) {
            return new Tracing(TracerProvider.noop().get(SCOPE), null);
        }
        Map<String, String> defaults = new HashMap<>(Map.of(
                "otel.service.name", "weir-control-plane",
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none"));
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> defaults)
                .addPropertiesCustomizer(_ -> variables(environment))
                .build()
                .getOpenTelemetrySdk();
        return new Tracing(sdk.getTracer(SCOPE), sdk);
    }

    /** {@code OTEL_SERVICE_NAME} is {@code otel.service.name}. */
    private static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_")) {
                properties.put(name.toLowerCase(java.util.Locale.ROOT).replace('_', '.'), value);
            }
        });
        return properties;
    }

    public Tracer tracer() {
        return tracer;
    }

    /** Sends what has not been sent yet; waits a few seconds for it at most. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
