package io.weir.telemetry;

import io.weir.controlplane.Extension;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.telemetry.api.MetricsRoutes;
import io.weir.telemetry.denial.DenialsRoute;
import io.weir.telemetry.report.EdgesRoute;
import io.weir.telemetry.tap.TapRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In place of an {@link Aggregator} where sidecars are to count nothing: whoever asks is told why there is no answer. */
public final class TelemetryOff implements Extension {

    /** Of paths that are not the metrics API's, since a window that is not known yet is 503 there. */
    public static final int STATUS = 501;

    private static final String WHY = "telemetry is off: weir run and weir serve turn it on with --telemetry on";

    @Override
    public Map<String, AdminRoute> routes() {
        Map<String, AdminRoute> routes = new HashMap<>(MetricsRoutes.unavailable(WHY));
        routes.put(Aggregator.SCRAPE, _ -> AdminAnswer.text(STATUS, WHY));
        for (String path : List.of(EdgesRoute.NAME, DenialsRoute.NAME, TapRoute.NAME)) {
            routes.put(path, _ -> AdminAnswer.text(STATUS, WHY));
        }
        return routes;
    }
}
