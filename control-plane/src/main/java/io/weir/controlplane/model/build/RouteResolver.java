package io.weir.controlplane.model.build;

import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.PathMatch;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.Sorted;
import io.weir.smi.specs.v1alpha4.HTTPMatch;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.HeaderPattern;
import io.weir.smi.validate.Regexes;
import java.util.List;

/** From the matches of a route group to conditions on a request (S23 to S27). */
final class RouteResolver {

    private RouteResolver() {}

    /** All matches of a group, in the order written. */
    static List<RequestMatch> matches(HTTPRouteGroup group, PathMatch pathMatch) {
        return group.spec().matches().stream()
                .map(match -> match(group, match, pathMatch))
                .toList();
    }

    static RequestMatch match(HTTPRouteGroup group, HTTPMatch match, PathMatch pathMatch) {
        String path = match.pathRegex();
        return new RequestMatch(
                "HTTPRouteGroup " + group.metadata().namespace() + "/"
                        + group.metadata().name() + "#" + match.name(),
                path == null || path.isEmpty() ? null : path(path, pathMatch),
                // S23: only the wildcard reaches methods that the enum does not list.
                Sorted.set(match.methods().contains("*") ? List.<String>of() : match.methods()),
                match.headers().stream().map(RouteResolver::header).toList());
    }

    private static String path(String regex, PathMatch pathMatch) {
        return switch (pathMatch) {
            case PREFIX -> Regexes.pathRegex(regex);
            case FULL -> Regexes.fullPathRegex(regex);
        };
    }

    /** S27: Envoy has the host in a pseudo-header. */
    private static HeaderMatch header(HeaderPattern header) {
        return new HeaderMatch(header.name().equals("host") ? ":authority" : header.name(), header.regex());
    }
}
