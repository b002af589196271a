package io.weir.cli;

import io.weir.controlplane.model.Telemetry;
import picocli.CommandLine.Option;

/** Whether the sidecars of a mesh tell what they see. */
final class TelemetryOption {

    @Option(
            names = "--telemetry",
            paramLabel = "on|off",
            defaultValue = "on",
            description =
                    "Whether sidecars count requests and tell the control plane, for the metrics API, Prometheus and"
                            + " weir stat (default: ${DEFAULT-VALUE}).")
    private Switch telemetry = Switch.ON;

    private enum Switch {
        ON,
        OFF
    }

    /** What sidecars are to count. */
    Telemetry wanted() {
        return switch (telemetry) {
            case ON -> Telemetry.EDGES;
            case OFF -> Telemetry.UNAVAILABLE;
        };
    }

    /** As it is typed. */
    String typed() {
        return telemetry.name();
    }
}
