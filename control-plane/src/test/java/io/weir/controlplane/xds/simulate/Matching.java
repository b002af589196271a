package io.weir.controlplane.xds.simulate;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import org.jspecify.annotations.Nullable;

/** Envoy's matchers, as far as Weir uses them. Headers are judged joined, as the bootstrap demands. */
final class Matching {

    private Matching() {}

    static boolean matches(StringMatcher matcher, String value) {
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> value.equals(matcher.getExact());
            case SAFE_REGEX -> Pattern.matches(matcher.getSafeRegex().getRegex(), value);
            default -> throw new UnsupportedOperationException(matcher.toString());
        };
    }

    static boolean matches(HeaderMatcher matcher, Call call) {
        if (matcher.getInvertMatch() || matcher.getTreatMissingHeaderAsEmpty() || !matcher.hasStringMatch()) {
            throw new UnsupportedOperationException(matcher.toString());
        }
        String value = call.header(matcher.getName());
        return value != null && matches(matcher.getStringMatch(), value);
    }

    static boolean matches(RouteMatch match, Call call) {
        String path = Paths.withoutQuery(call.path());
        boolean fits = switch (match.getPathSpecifierCase()) {
            case PREFIX -> path.startsWith(match.getPrefix());
            case CONNECT_MATCHER -> call.method().equals("CONNECT");
            case SAFE_REGEX -> Pattern.matches(match.getSafeRegex().getRegex(), path);
            default -> throw new UnsupportedOperationException(match.toString());
        };
        return fits && match.getHeadersList().stream().allMatch(header -> matches(header, call));
    }

    /**
     * Whether some policy lets the call pass.
     *
     * @param caller the URI SAN of the caller's certificate; null: plaintext
     * @param call null: a connection, of which nothing else is known
     */
    static boolean allows(RBAC rules, @Nullable String caller, @Nullable Call call) {
        if (rules.getAction() != RBAC.Action.ALLOW) {
            throw new UnsupportedOperationException(rules.toString());
        }
        return rules.getPoliciesMap().values().stream()
                .anyMatch(policy -> policy.getPermissionsList().stream().anyMatch(permission -> holds(permission, call))
                        && policy.getPrincipalsList().stream().anyMatch(principal -> is(principal, caller)));
    }

    private static boolean holds(Permission permission, @Nullable Call call) {
        return switch (permission.getRuleCase()) {
            case ANY -> permission.getAny();
            case AND_RULES -> permission.getAndRules().getRulesList().stream().allMatch(rule -> holds(rule, call));
            case OR_RULES -> permission.getOrRules().getRulesList().stream().anyMatch(rule -> holds(rule, call));
            case HEADER -> call != null && matches(permission.getHeader(), call);
            case URL_PATH ->
                call != null && matches(permission.getUrlPath().getPath(), Paths.withoutQuery(call.path()));
            default -> throw new UnsupportedOperationException(permission.toString());
        };
    }

    private static boolean is(Principal principal, @Nullable String caller) {
        if (!principal.hasAuthenticated() || !principal.getAuthenticated().hasPrincipalName()) {
            throw new UnsupportedOperationException(principal.toString());
        }
        return caller != null && matches(principal.getAuthenticated().getPrincipalName(), caller);
    }
}
