package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.RequestMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Grants as one RBAC policy set. Each policy joins who and what, so that no target narrows or widens another (S5);
 * ports need no words here, because every port has a listener of its own. Neither list of a policy is ever empty:
 * Envoy takes such a list as invalid or as anybody (S6).
 */
final class Rbac {

    private static final Permission ANYTHING =
            Permission.newBuilder().setAny(true).build();

    private Rbac() {}

    /** Allows what the grants allow and nothing else; no grants: nothing. */
    static RBAC allow(List<Grant> grants, String trustDomain) {
        RBAC.Builder rbac = RBAC.newBuilder().setAction(RBAC.Action.ALLOW);
        Map<ObjectRef, Integer> seen = new HashMap<>();
        for (Grant grant : grants) {
            List<Permission> permissions = permissions(grant);
            if (grant.sources().isEmpty() || permissions.isEmpty()) {
                continue;
            }
            int number = seen.merge(grant.origin(), 1, Integer::sum) - 1;
            rbac.putPolicies(
                    grant.origin() + "#" + number,
                    Policy.newBuilder()
                            .addAllPermissions(permissions)
                            .addAllPrincipals(principals(grant.sources(), trustDomain))
                            .build());
        }
        return rbac.build();
    }

    private static List<Principal> principals(SortedSet<Identity> sources, String trustDomain) {
        return sources.stream()
                .map(source -> Principal.newBuilder()
                        .setAuthenticated(Principal.Authenticated.newBuilder()
                                .setPrincipalName(Protos.exactly(source.spiffeId(trustDomain))))
                        .build())
                .toList();
    }

    private static List<Permission> permissions(Grant grant) {
        return switch (grant) {
            case Grant.Http http ->
                http.matches().stream().map(Rbac::permission).toList();
            case Grant.Stream _ -> List.of(ANYTHING);
            // Datagrams have no principal; their listener compares source addresses.
            case Grant.Datagram _ -> List.of();
        };
    }

    private static Permission permission(RequestMatch match) {
        List<Permission> all = new ArrayList<>();
        if (match.pathRegex() != null) {
            all.add(Permission.newBuilder()
                    .setUrlPath(PathMatcher.newBuilder().setPath(Protos.regex(match.pathRegex())))
                    .build());
        }
        if (!match.methods().isEmpty()) {
            all.add(any(match.methods().stream().map(Rbac::method).toList()));
        }
        for (HeaderMatch header : match.headers()) {
            all.add(Permission.newBuilder()
                    .setHeader(Protos.header(header.name(), Protos.regex(header.regex())))
                    .build());
        }
        return all.isEmpty() ? ANYTHING : all(all);
    }

    private static Permission method(String method) {
        return Permission.newBuilder()
                .setHeader(Protos.header(":method", Protos.exactly(method)))
                .build();
    }

    private static Permission any(List<Permission> rules) {
        return rules.size() == 1
                ? rules.getFirst()
                : Permission.newBuilder()
                        .setOrRules(Permission.Set.newBuilder().addAllRules(rules))
                        .build();
    }

    private static Permission all(List<Permission> rules) {
        return rules.size() == 1
                ? rules.getFirst()
                : Permission.newBuilder()
                        .setAndRules(Permission.Set.newBuilder().addAllRules(rules))
                        .build();
    }
}
