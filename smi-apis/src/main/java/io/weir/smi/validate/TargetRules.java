package io.weir.smi.validate;

import io.weir.smi.Violation;
import io.weir.smi.Violation.Severity;
import io.weir.smi.convert.Conversion;
import java.util.List;
import java.util.stream.Stream;

/** TrafficTarget, section 1.1 of the requirements. */
final class TargetRules {

    private static final List<String> SUBJECT_KINDS = List.of("ServiceAccount");
    private static final List<String> OLD_RULE_KINDS = List.of("HTTPRouteGroup", "TCPRoute");
    private static final List<String> RULE_KINDS = List.of("HTTPRouteGroup", "TCPRoute", "UDPRoute");
    private static final int MOST_SOURCES = 1000;
    private static final int MOST_RULES = 500;
    private static final int MOST_MATCHES = 500;

    private TargetRules() {}

    static Stream<Violation> check(Field object, String version) {
        Stream<Violation> annotation = portAnnotation(object.get("metadata").get("annotations"));
        Stream<Violation> fields = switch (version) {
            case "v1alpha1" -> Stream.concat(misplacedSpec(object), fields(object, object, version));
            default ->
                object.get("spec")
                        .required(
                                "Put destination, sources and rules under spec.",
                                spec -> spec.object(s -> fields(object, s, version)));
        };
        return Stream.concat(annotation, fields);
    }

    private static Stream<Violation> misplacedSpec(Field object) {
        return object.get("spec").isAbsent()
                ? Stream.empty()
                : object.get("spec")
                        .warning(
                                Codes.NO_EFFECT,
                                "v1alpha1 has no spec; what stands in it has no effect.",
                                "Move its fields to the top level, or use v1alpha3.");
    }

    private static Stream<Violation> fields(Field object, Field spec, String version) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        Field destination = spec.get("destination");
        all.add(destination.required(
                "Name the ServiceAccount that is called.", d -> d.object(s -> destination(object, s, version))));
        Field sources = spec.get("sources");
        all.add(sources.each(
                MOST_SOURCES,
                s -> s.isAbsent() ? s.missing("Name a ServiceAccount.") : s.object(TargetRules::subject)));
        all.add(nonEmpty(sources, version, "nobody is allowed", "List the ServiceAccounts that may call."));
        Field rules = spec.get(version.equals("v1alpha1") ? "specs" : "rules");
        all.add(rules.each(
                MOST_RULES, r -> r.isAbsent() ? r.missing("Name a route.") : r.object(o -> rule(o, version))));
        all.add(nonEmpty(rules, version, "nothing is allowed", "List the routes that may be called."));
        if (!version.equals("v1alpha1")) {
            all.add(spec.only(Severity.WARNING, List.of("destination", "sources", "rules")));
        }
        return all.build().flatMap(found -> found);
    }

    /**
     * Where the newest version is written an empty list is refused (section 1.1). The older versions allow it, and so
     * may what is stored: it means nobody, or nothing (S6, S7).
     */
    private static Stream<Violation> nonEmpty(Field list, String version, String consequence, String fix) {
        if (!list.isAbsent()
                && !(list.node() != null && list.node().isArray() && list.node().isEmpty())) {
            return Stream.empty();
        }
        String message = "The list is " + (list.isAbsent() ? "missing" : "empty") + ", so " + consequence + ".";
        return version.equals("v1alpha3")
                ? list.error(Codes.NOBODY, message, fix)
                : list.warning(Codes.NOBODY, message, fix);
    }

    private static Stream<Violation> destination(Field object, Field destination, String version) {
        Field port = destination.get("port");
        Stream<Violation> ports;
        if (port.isAbsent()) {
            ports = Stream.empty();
        } else if (version.equals("v1alpha3")) {
            ports = port.error(
                    Codes.OTHER_VERSION,
                    "v1alpha3 has no destination.port; without it all ports would be open.",
                    "Add a rule for a TCPRoute with the port, or use v1alpha2.");
        } else {
            ports = Numbers.port(port);
        }
        return Stream.concat(Stream.concat(subject(destination), ports), ownNamespace(object, destination));
    }

    /** Else whoever may write TrafficTargets anywhere could let themselves in everywhere (S9). */
    private static Stream<Violation> ownNamespace(Field object, Field destination) {
        Field namespace = destination.get("namespace");
        String own = object.get("metadata").get("namespace").text();
        return !namespace.isText() || namespace.text().equals(own.isEmpty() ? "default" : own)
                ? Stream.empty()
                : namespace.error(
                        Codes.FOREIGN_DESTINATION,
                        "A TrafficTarget can only open destinations of its own namespace.",
                        "Create it in namespace " + Names.shown(namespace.text()) + ".");
    }

    private static Stream<Violation> subject(Field subject) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        all.add(subject.get("kind").required("Write kind: ServiceAccount.", k -> Names.choice(k, SUBJECT_KINDS)));
        all.add(subject.get("name").required("Name the ServiceAccount.", Names::subdomain));
        all.add(Names.label(subject.get("namespace")));
        // Ports are judged with the destination; those of sources never had an effect.
        all.add(subject.only(Severity.WARNING, List.of("kind", "name", "namespace", "port")));
        return all.build().flatMap(found -> found);
    }

    private static Stream<Violation> rule(Field rule, String version) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        Field kind = rule.get("kind");
        all.add(kind.required(
                "Write kind: HTTPRouteGroup, or TCPRoute.",
                k -> Names.choice(k, version.equals("v1alpha3") ? RULE_KINDS : OLD_RULE_KINDS)));
        all.add(rule.get("name").required("Name the route.", Names::subdomain));
        all.add(rule.only(Severity.ERROR, List.of("kind", "name", "matches")));
        Field matches = rule.get("matches");
        all.add(matches.each(MOST_MATCHES, TargetRules::matchName));
        if (kind.isText()
                && !kind.text().equals("HTTPRouteGroup")
                && !matches.items().isEmpty()) {
            all.add(matches.warning(
                    Codes.NO_EFFECT, "Only an HTTPRouteGroup has matches to choose from.", "Remove the field."));
        }
        return all.build().flatMap(found -> found);
    }

    private static Stream<Violation> matchName(Field match) {
        return match.required(
                "Name a match of the group.",
                m -> m.text(t -> t.text().isEmpty() ? t.missing("Name a match of the group.") : Stream.empty()));
    }

    /** An unreadable port must not open all ports, so it takes the whole target out of force. */
    private static Stream<Violation> portAnnotation(Field annotations) {
        Field annotation = annotations.entry(Conversion.DESTINATION_PORT);
        if (!annotation.isText()) {
            return Stream.empty();
        }
        return annotation.text().matches("[1-9][0-9]{0,4}") && Integer.parseInt(annotation.text()) <= 65535
                ? Stream.empty()
                : annotation.error(
                        Codes.ANNOTATION,
                        "The annotation holds no port number.",
                        "Use a whole number from 1 to 65535, or remove the annotation to open all ports.");
    }
}
