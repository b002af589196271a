package io.weir.cli;

import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.OpenTelemetry.Signal;
import io.weir.controlplane.model.TraceSampling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The OpenTelemetry collector that sidecars send to. */
final class OpenTelemetryOptions {

    @Option(
            names = "--otel-endpoint",
            paramLabel = "HOST:PORT|URL",
            converter = EndpointText.class,
            description = "The OpenTelemetry collector that sidecars send to, by OTLP over gRPC: plaintext, or TLS with"
                    + " https:// before it; the port is 4317 if none is given (default: none).")
    private @Nullable String endpoint;

    @Option(
            names = "--otel-signals",
            paramLabel = "traces|metrics|access_logs",
            split = ",",
            defaultValue = "traces",
            description = "What they send there, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Signal> signals = new ArrayList<>(List.of(Signal.TRACES));

    /** Null where none is named. */
    @Nullable
    OpenTelemetry collector(TraceSampling sampling) {
        return endpoint == null ? null : OpenTelemetry.at(endpoint, signals, sampling);
    }

    private static final class EndpointText implements ITypeConverter<String> {

        @Override
        public String convert(String text) {
            try {
                return OpenTelemetry.at(text, List.of(), TraceSampling.NONE).endpoint();
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
