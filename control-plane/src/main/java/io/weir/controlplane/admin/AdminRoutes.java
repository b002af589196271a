package io.weir.controlplane.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpField;
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

/** Asks whether the caller may, finds the route, writes the answer. */
final class AdminRoutes extends Handler.Abstract {

    private static final Logger log = LoggerFactory.getLogger(AdminRoutes.class);

    private final AdminServer.Access access;
    private final Map<String, AdminRoute> routes;

    AdminRoutes(AdminServer.Access access, Map<String, AdminRoute> routes) {
        this.access = access;
        this.routes = Map.copyOf(routes);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        AdminAnswer answer = answer(request);
        response.setStatus(answer.status());
        answer.headers().forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        AdminAnswer.Streamed streamed = answer.streamed();
        if (streamed == null) {
            Content.Sink.write(response, true, answer.body(), callback);
        } else {
            stream(request, response, streamed, callback);
        }
        return true;
    }

    /** Packed if the caller can unpack it: what is long here repeats itself. */
    private static void stream(Request request, Response response, AdminAnswer.Streamed text, Callback callback) {
        boolean packed = request.getHeaders().contains(HttpHeader.ACCEPT_ENCODING, "gzip");
        if (packed) {
            response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
        }
        try (text) {
            OutputStream sink = Content.Sink.asOutputStream(response);
            OutputStream out = packed ? new GZIPOutputStream(sink, 1 << 16, true) : sink;
            text.write(out);
            // Only here: to close it after a failure would end the answer as if it were whole.
            out.close();
            callback.succeeded();
        } catch (AdminAnswer.CallerGone e) {
            log.debug("admin request {}: the caller has gone", Request.getPathInContext(request), e);
            callback.failed(e);
        } catch (IOException | RuntimeException e) {
            // The answer has begun: all that is left is to break it off.
            log.error("admin request {} failed on its way", Request.getPathInContext(request), e);
            callback.failed(e);
        }
    }

    private AdminAnswer answer(Request request) {
        String name = request.getMethod() + " " + Request.getPathInContext(request);
        AdminAnswer refusal = access.refusal(name, request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (refusal != null) {
            return refusal;
        }
        AdminRoute route = route(name);
        if (route == null) {
            return AdminAnswer.text(404, "nothing at " + name);
        }
        try {
            return route.answer(new AdminRequest(Request.getPathInContext(request), query(request), headers(request)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AdminAnswer.text(503, "shutting down");
        } catch (IOException | RuntimeException e) {
            log.error("admin request {} failed", name, e);
            return AdminAnswer.text(500, "failed; the control plane's log has the reason");
        }
    }

    /** The one with this very name, else the one with the longest name that is a beginning of it and ends in a slash. */
    private @Nullable AdminRoute route(String name) {
        AdminRoute exact = routes.get(name);
        for (int slash = name.lastIndexOf('/'); exact == null && slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
            exact = routes.get(name.substring(0, slash + 1));
        }
        return exact;
    }

    private static Map<String, List<String>> headers(Request request) {
        Map<String, List<String>> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getLowerCaseName(), _ -> new ArrayList<>())
                    .add(field.getValue());
        }
        return headers;
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.put(field.getName(), field.getValue());
        }
        return query;
    }
}
