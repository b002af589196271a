package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.RequestMatch;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Conditions on requests, as routes state them. The path is judged without its query, after normalisation (S25). */
final class RouteMatches {

    /** Every request with a path. CONNECT and {@code OPTIONS *} have none, match no route and are answered 404. */
    static final RouteMatch EVERYTHING = RouteMatch.newBuilder().setPrefix("/").build();

    private RouteMatches() {}

    static RouteMatch of(RequestMatch match) {
        RouteMatch.Builder route = match.pathRegex() == null
                ? EVERYTHING.toBuilder()
                : RouteMatch.newBuilder().setSafeRegex(Protos.pattern(match.pathRegex()));
        if (!match.methods().isEmpty()) {
            route.addHeaders(Protos.header(":method", anyOf(match.methods())));
        }
        for (HeaderMatch header : match.headers()) {
            route.addHeaders(Protos.header(header.name(), Protos.regex(header.regex())));
        }
        return route.build();
    }

    private static StringMatcher anyOf(SortedSet<String> methods) {
        return methods.size() == 1
                ? Protos.exactly(methods.first())
                : Protos.regex(methods.stream().map(RouteMatches::quoted).collect(Collectors.joining("|")));
    }

    /** Method names are tokens, which may hold characters that mean something in a regex. */
    private static String quoted(String method) {
        return method.replaceAll("[^A-Za-z0-9]", "\\\\$0");
    }
}
