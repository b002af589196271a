package io.weir.telemetry.apiserver;

import io.weir.telemetry.api.ApiAnswer;
import io.weir.telemetry.api.ApiRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who asks, whether they may, and then the answer: in this order, for every path but those of health. */
final class ApiHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

    /** Asked by kubelets and load balancers, who are nobody. */
    private static final Set<String> ALIVE = Set.of("/healthz", "/livez");

    private static final String READY = "/readyz";

    private final Supplier<CallerAuthentication> authentication;
    private final Authorization authorization;
    private final Answers answers;
    private final BooleanSupplier ready;

    ApiHandler(
            Supplier<CallerAuthentication> authentication,
            Authorization authorization,
            Answers answers,
            BooleanSupplier ready) {
        this.authentication = authentication;
        this.authorization = authorization;
        this.answers = answers;
        this.ready = ready;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (ALIVE.contains(path)) {
            write(response, callback, 200, "text/plain", "ok\n");
        } else if (path.equals(READY)) {
            boolean yes = ready.getAsBoolean();
            write(response, callback, yes ? 200 : 503, "text/plain", yes ? "ok\n" : "not ready\n");
        } else {
            ApiAnswer answer = judged(request, path);
            answer.headers().forEach(response.getHeaders()::put);
            write(response, callback, answer.status(), "application/json", answer.body());
        }
        return true;
    }

    private ApiAnswer judged(Request request, String path) {
        try {
            Caller caller = authentication.get().caller(shown(request), headers(request));
            if (caller == null) {
                return Refusals.unauthorized();
            }
            ReviewedAction action = ReviewedAction.of(request.getMethod(), path);
            if (action == null) {
                return Refusals.methodNotAllowed();
            }
            return switch (authorization.decide(caller, action)) {
                case ALLOWED -> answers.answer(question(request, path));
                case DENIED -> Refusals.forbidden(caller, action);
                case UNDECIDED -> Refusals.undecided();
            };
        } catch (RuntimeException bug) {
            LOG.error("{} {} failed", request.getMethod(), path, bug);
            return Refusals.broken();
        }
    }

    private static List<X509Certificate> shown(Request request) {
        EndPoint.SslSessionData tls =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate[] certificates = tls == null ? null : tls.peerCertificates();
        return certificates == null ? List.of() : List.of(certificates);
    }

    private static Map<String, List<String>> headers(Request request) {
        TreeMap<String, List<String>> headers = new TreeMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(
                    field.getName().toLowerCase(Locale.ROOT),
                    // As sent: a user's name may have a comma.
                    _ -> request.getHeaders().getFields(field.getName()).stream()
                            .map(HttpField::getValue)
                            .map(value -> value == null ? "" : value)
                            .toList());
        }
        return Collections.unmodifiableMap(headers);
    }

    /** Without the headers: what they say of the caller has been judged, and is nobody else's to read. */
    private static ApiRequest question(Request request, String path) {
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.put(field.getName(), field.getValue());
        }
        return new ApiRequest(
                request.getMethod(), path, query, request.getHeaders().get(HttpHeader.ACCEPT));
    }

    private static void write(Response response, Callback callback, int status, String type, String body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        Content.Sink.write(response, true, body, callback);
    }
}
