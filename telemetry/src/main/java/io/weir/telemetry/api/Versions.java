package io.weir.telemetry.api;

import io.weir.smi.metrics.v1alpha2.TrafficMetrics;
import io.weir.smi.metrics.v1alpha2.TrafficMetricsList;

/** Documents in the version that was asked for. */
final class Versions {

    private Versions() {}

    /** Ready to be written as JSON. */
    static Object of(ApiVersion version, TrafficMetrics metrics) {
        return switch (version) {
            case V1ALPHA2 -> metrics;
            case V1ALPHA1 -> first(metrics);
        };
    }

    /** Ready to be written as JSON. */
    static Object of(ApiVersion version, TrafficMetricsList list) {
        return switch (version) {
            case V1ALPHA2 -> list;
            case V1ALPHA1 ->
                new io.weir.smi.metrics.v1alpha1.TrafficMetricsList(
                        list.metadata(),
                        list.resource(),
                        list.selector(),
                        list.items().stream().map(Versions::first).toList());
        };
    }

    private static io.weir.smi.metrics.v1alpha1.TrafficMetrics first(TrafficMetrics metrics) {
        return new io.weir.smi.metrics.v1alpha1.TrafficMetrics(
                metrics.metadata(),
                metrics.timestamp(),
                metrics.window(),
                metrics.resource(),
                metrics.edge(),
                metrics.backend(),
                metrics.metrics());
    }
}
