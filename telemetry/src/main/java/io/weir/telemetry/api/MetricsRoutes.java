package io.weir.telemetry.api;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The SMI metrics API at the admin address of a control plane. */
public final class MetricsRoutes {

    /** The others are refused, in the API's own words. */
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final List<String> PATHS = List.of("/apis", "/apis/", "/openapi/");

    private MetricsRoutes() {}

    /** By method and path, as {@link io.weir.controlplane.admin.AdminServer} has them. */
    public static Map<String, AdminRoute> of(MetricsApi api) {
        return routes(api::answer);
    }

    /** Whatever is asked, the answer is 503 with this message. */
    public static Map<String, AdminRoute> unavailable(String message) {
        return routes(_ -> Failures.unavailable(message));
    }

    private static Map<String, AdminRoute> routes(Function<ApiRequest, ApiAnswer> api) {
        Map<String, AdminRoute> routes = new HashMap<>();
        for (String method : METHODS) {
            PATHS.forEach(path -> routes.put(method + " " + path, request -> answer(api, method, request)));
        }
        return routes;
    }

    private static AdminAnswer answer(Function<ApiRequest, ApiAnswer> api, String method, AdminRequest request) {
        List<String> accept = request.header("Accept");
        ApiAnswer answer = api.apply(new ApiRequest(
                method, request.path(), request.query(), accept.isEmpty() ? null : String.join(",", accept)));
        return new AdminAnswer(answer.status(), "application/json", answer.headers(), answer.body());
    }
}
