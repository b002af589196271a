package io.weir.testing.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.weir.testing.kube.AuditLog.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What an installation grants, one permission at a time. */
final class GrantedRules {

    /** The API server asks for these itself, about who writes something else: its log doesn't show that. */
    private static final Set<String> NEVER_REQUESTED = Set.of("signers");

    private static final int CREATED = 201;

    private record Permission(String group, String resource, List<String> names, String verb) {

        boolean isUsedBy(Request request) {
            return request.group().equals(group)
                    && request.resource().equals(resource)
                    && (names.isEmpty()
                            || names.contains(request.name())
                            || request.name().isEmpty())
                    && (request.verb().equals(verb) || (verb.equals("create") && isApplied(request)));
        }

        /** To apply what is not there takes the right to patch and the right to create. */
        private static boolean isApplied(Request request) {
            return request.verb().equals("patch") && request.code() == CREATED;
        }
    }

    private GrantedRules() {}

    /** Permissions that none of these requests needed. */
    static List<String> unused(KubeApiServer kube, String rules, List<Request> requests) {
        List<String> unused = new ArrayList<>();
        for (Permission permission : permissions(kube, rules)) {
            if (requests.stream().noneMatch(permission::isUsedBy)) {
                unused.add(permission.toString());
            }
        }
        return unused;
    }

    private static List<Permission> permissions(KubeApiServer kube, String resource) {
        List<Permission> permissions = new ArrayList<>();
        try (InputStream in = GrantedRules.class.getResourceAsStream(resource)) {
            for (HasMetadata object : kube.client().load(in).items()) {
                List<PolicyRule> rules = switch (object) {
                    case ClusterRole role -> role.getRules();
                    case Role role -> role.getRules();
                    default -> List.of();
                };
                rules.forEach(rule -> add(rule, permissions));
            }
            return permissions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(PolicyRule rule, List<Permission> permissions) {
        for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
                for (String verb : rule.getVerbs()) {
                    if (!NEVER_REQUESTED.contains(resource)) {
                        permissions.add(new Permission(group, resource, rule.getResourceNames(), verb));
                    }
                }
            }
        }
    }
}
