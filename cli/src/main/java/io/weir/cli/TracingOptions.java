package io.weir.cli;

import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.TraceSampling;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The OpenTelemetry collector that sidecars send to, and how many traces. */
final class TracingOptions {

    @Mixin
    private final OpenTelemetryOptions to = new OpenTelemetryOptions();

    @Option(
            names = "--trace-sampling",
            paramLabel = "PERCENT",
            defaultValue = "1",
            converter = SamplingText.class,
            description =
                    "How many of the traces are kept that begin at a sidecar, where a namespace says nothing itself:"
                            + " 0 to 100, with up to four decimals (default: ${DEFAULT-VALUE}).")
    private TraceSampling sampling = new TraceSampling(10_000);

    /** Null where none is named. */
    @Nullable
    OpenTelemetry collector() {
        return to.collector(sampling);
    }

    /** The same options as arguments. */
    List<String> arguments() {
        OpenTelemetry collector = collector();
        return collector == null
                ? List.of()
                : List.of(
                        "--otel-endpoint",
                        collector.endpoint(),
                        "--otel-signals",
                        collector.signals().stream()
                                .map(signal -> signal.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(",")),
                        "--trace-sampling",
                        sampling.asPercent());
    }

    private static final class SamplingText implements ITypeConverter<TraceSampling> {

        @Override
        public TraceSampling convert(String text) {
            return TraceSampling.percent(text)
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is no percentage from 0 to 100, such as 5 or 0.1"));
        }
    }
}
