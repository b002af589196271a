package io.weir.controlplane.model.build;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.specs.v1alpha4.HTTPMatch;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.PortsSpec;
import io.weir.smi.specs.v1alpha4.TCPRoute;
import io.weir.smi.specs.v1alpha4.UDPRoute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of one TrafficTarget come to. References are looked up in its own namespace (S8).
 *
 * @param groups names of the route groups that are referred to, found or not
 * @param matches of the groups found, in the order of the rules, each once
 * @param streams the ports that TCP and HTTP may use; null: the rules allow neither
 * @param datagrams the ports that UDP may use; null: the rules allow none
 */
record TargetRules(
        Set<String> groups,
        List<RequestMatch> matches,
        @Nullable PortScope streams,
        @Nullable PortScope datagrams,
        List<Note> notes) {

    static TargetRules of(ObjectRef origin, TrafficTarget target, SmiIndex smi) {
        Reading reading = new Reading(origin, target, smi);
        List<Rule> rules = target.spec().rules();
        if (rules.isEmpty()) {
            reading.notes.add(Note.warning(
                    Code.TARGET_WITHOUT_RULES,
                    origin,
                    "spec.rules",
                    "There is no rule, so nothing is allowed.",
                    "Name an HTTPRouteGroup, a TCPRoute or a UDPRoute."));
        }
        for (int i = 0; i < rules.size(); i++) {
            reading.read(rules.get(i), "spec.rules[" + i + "]");
        }
        return reading.result();
    }

    /** Goes through the rules once. */
    private static final class Reading {
        private final ObjectRef origin;
        private final String namespace;
        private final SmiIndex smi;
        private final Set<String> groups = new LinkedHashSet<>();
        private final Set<RequestMatch> matches = new LinkedHashSet<>();
        private final List<PortsSpec> tcp = new ArrayList<>();
        private final List<PortsSpec> udp = new ArrayList<>();
        private final Set<String> kinds = new HashSet<>();
        private final List<Note> notes = new ArrayList<>();

        Reading(ObjectRef origin, TrafficTarget target, SmiIndex smi) {
            this.origin = origin;
            this.namespace = target.metadata().namespace();
            this.smi = smi;
        }

        private void read(Rule rule, String field) {
            kinds.add(rule.kind());
            ObjectRef reference = new ObjectRef(rule.kind(), namespace, rule.name());
            switch (rule.kind()) {
                case "HTTPRouteGroup" -> group(rule, smi.groups().get(reference), field);
                case "TCPRoute" -> {
                    TCPRoute route = smi.tcpRoutes().get(reference);
                    route(reference, route == null ? null : route.spec(), tcp, field);
                }
                case "UDPRoute" -> {
                    UDPRoute route = smi.udpRoutes().get(reference);
                    route(reference, route == null ? null : route.spec(), udp, field);
                }
                default ->
                    notes.add(Note.error(
                            Code.TARGET_RULE_KIND,
                            origin,
                            field + ".kind",
                            "A " + rule.kind() + " can't be judged, so the target allows no TCP and no HTTP.",
                            "Name an HTTPRouteGroup, a TCPRoute or a UDPRoute."));
            }
        }

        private void route(ObjectRef reference, @Nullable PortsSpec found, List<PortsSpec> into, String field) {
            if (found == null) {
                missing(reference, field);
            } else {
                into.add(found);
            }
        }

        private void group(Rule rule, @Nullable HTTPRouteGroup group, String field) {
            groups.add(rule.name());
            if (group == null) {
                missing(new ObjectRef(rule.kind(), namespace, rule.name()), field);
                return;
            }
            // S10: naming no match means every match.
            if (rule.matches().isEmpty()) {
                matches.addAll(RouteResolver.matches(group, smi.pathMatch()));
                return;
            }
            for (int i = 0; i < rule.matches().size(); i++) {
                String name = rule.matches().get(i);
                List<HTTPMatch> named = group.spec().matches().stream()
                        .filter(match -> match.name().equals(name))
                        .toList();
                named.forEach(match -> matches.add(RouteResolver.match(group, match, smi.pathMatch())));
                if (named.isEmpty()) {
                    notes.add(Note.warning(
                            Code.TARGET_MATCH_MISSING,
                            origin,
                            field + ".matches[" + i + "]",
                            "HTTPRouteGroup " + namespace + "/" + rule.name() + " has no match '" + name + "'.",
                            "Correct the name, or add the match to the group."));
                }
            }
        }

        private void missing(ObjectRef reference, String field) {
            notes.add(Note.warning(
                    Code.TARGET_ROUTE_MISSING,
                    origin,
                    field + ".name",
                    "There is no valid " + reference + ", so this rule allows nothing.",
                    "Create it in this namespace, or correct it or its name."));
        }

        private TargetRules result() {
            return new TargetRules(groups, List.copyOf(matches), streams(), scope(udp), List.copyOf(notes));
        }

        /** S14: TCP routes narrow the ports of HTTP; if none of them exists, nothing passes. */
        private @Nullable PortScope streams() {
            boolean judged = Set.of("HTTPRouteGroup", "TCPRoute", "UDPRoute").containsAll(kinds);
            if (!judged) {
                return null;
            }
            return kinds.contains("TCPRoute") ? scope(tcp) : groups.isEmpty() ? null : new PortScope.All();
        }

        /** S15: ports add up, and a route without ports means all. Null without routes. */
        private static @Nullable PortScope scope(List<PortsSpec> routes) {
            if (routes.isEmpty()) {
                return null;
            }
            TreeSet<Integer> ports = new TreeSet<>();
            for (PortsSpec route : routes) {
                if (route.ports().isEmpty()) {
                    return new PortScope.All();
                }
                ports.addAll(route.ports());
            }
            return new PortScope.Only(ports);
        }
    }
}
