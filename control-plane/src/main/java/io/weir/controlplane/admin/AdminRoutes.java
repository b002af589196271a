package io.weir.controlplane.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route, checks the token, writes the answer. */
final class AdminRoutes extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(AdminRoutes.class);
    private static final Set<String> OPEN = Set.of("GET /healthz", "GET /readyz");

    private final byte[] token;
    private final Map<String, AdminRoute> routes;

    AdminRoutes(String token, Map<String, AdminRoute> routes) {
        this.token = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.routes = Map.copyOf(routes);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        AdminAnswer answer = answer(request);
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        Content.Sink.write(response, true, answer.body(), callback);
        return true;
    }

    private AdminAnswer answer(Request request) {
        String name = request.getMethod() + " " + Request.getPathInContext(request);
        if (!OPEN.contains(name) && !authorized(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            return AdminAnswer.text(401, "the token of this control plane's state folder is needed");
        }
        AdminRoute route = routes.get(name);
        if (route == null) {
            return AdminAnswer.text(404, "nothing at " + name);
        }
        try {
            return route.answer(query(request));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AdminAnswer.text(503, "shutting down");
        } catch (IOException | RuntimeException e) {
            log.error("admin request {} failed", name, e);
            return AdminAnswer.text(500, "failed; the control plane's log has the reason");
        }
    }

    private boolean authorized(@Nullable String header) {
        return header != null && MessageDigest.isEqual(header.getBytes(StandardCharsets.UTF_8), token);
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.put(field.getName(), field.getValue());
        }
        return query;
    }
}
