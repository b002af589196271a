package io.weir.smi.validate;

import io.weir.smi.SmiKind;
import io.weir.smi.Violation;
import io.weir.smi.Violation.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** HTTPRouteGroup, TCPRoute and UDPRoute, sections 1.3 and 1.4 of the requirements. */
final class RouteRules {

    private static final List<String> METHODS =
            List.of("*", "GET", "HEAD", "PUT", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final int MOST_MATCHES = 500;
    private static final int MOST_HEADERS = 50;
    private static final int MOST_METHODS = 50;
    private static final int MOST_PORTS = 1000;
    private static final int LONGEST_NAME = 253;
    private static final String ALL_PORTS = "List the ports under spec.matches.ports; [] stands for all ports.";

    /** RFC 7230 tokens; pseudo-headers such as {@code :path} are none. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private RouteRules() {}

    static Stream<Violation> group(Field object, String version) {
        return switch (version) {
            case "v1alpha1", "v1alpha2" ->
                object.get("matches")
                        .required(
                                "List the matches; in this version they stand at the top level.", RouteRules::matches);
            default ->
                Stream.concat(object.get("spec").object(spec -> matches(spec.get("matches"))), withoutMatches(object));
        };
    }

    /** The spec's own samples put matches at the top level, where the newer versions have none. */
    private static Stream<Violation> withoutMatches(Field object) {
        Field spec = object.get("spec");
        if (!spec.get("matches").isAbsent()) {
            return Stream.empty();
        }
        Field top = object.get("matches");
        return top.isAbsent()
                ? new Field("spec.matches", null)
                        .warning(Codes.NO_EFFECT, "The group has no matches, so it matches nothing.", "List them.")
                : top.warning(
                        Codes.NO_EFFECT,
                        "In this version matches at the top level have no effect; the group matches nothing.",
                        "Move them to spec.matches.");
    }

    private static Stream<Violation> matches(Field matches) {
        return Stream.concat(
                matches.each(
                        MOST_MATCHES,
                        m -> m.isAbsent() ? m.missing("Describe the match.") : m.object(RouteRules::match)),
                Duplicates.among(matches.items(), m -> m.get("name").text(), m -> m.get("name")));
    }

    private static Stream<Violation> match(Field match) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        all.add(match.get("name").required("Give the match a name.", n -> n.text(RouteRules::matchName)));
        all.add(match.get("pathRegex").text(RouteRules::path));
        all.add(match.get("methods")
                .each(MOST_METHODS, m -> m.isAbsent() ? m.missing("Name a method.") : Names.choice(m, METHODS)));
        all.add(headers(match.get("headers")));
        all.add(match.only(Severity.ERROR, List.of("name", "pathRegex", "methods", "headers")));
        return all.build().flatMap(found -> found);
    }

    private static Stream<Violation> matchName(Field name) {
        return name.text().isEmpty() || name.text().length() > LONGEST_NAME
                ? name.error(Codes.NAME, "A match has a name of 1 to 253 characters.", "Give the match a short name.")
                : Stream.empty();
    }

    private static Stream<Violation> path(Field path) {
        Stream<Violation> refused = regex(path);
        return Regexes.startsLikeAPath(path.text())
                ? refused
                : Stream.concat(
                        refused,
                        path.warning(
                                Codes.SLASH,
                                "Paths start with a slash and this regex does not, so a slash is put in front.",
                                "Write \"/" + Names.shown(path.text()) + "\"."));
    }

    private static Stream<Violation> regex(Field field) {
        String refusal = Regexes.check(field.text());
        return refusal == null
                ? Stream.empty()
                : field.error(Codes.REGEX, refusal, "Use RE2 syntax, without look-around and back-references.");
    }

    /** Either form: a list of single-entry objects, or a map. */
    private static Stream<Violation> headers(Field headers) {
        if (headers.isAbsent()) {
            return Stream.empty();
        }
        if (headers.node() != null && headers.node().isObject()) {
            return patterns(headers, List.of(headers));
        }
        Stream<Violation> shape = headers.each(
                MOST_HEADERS,
                h -> h.isAbsent()
                        ? h.missing("Write a header and its regex.")
                        : h.object(o -> o.keys().size() == 1
                                ? Stream.empty()
                                : o.error(
                                        Codes.TYPE,
                                        "An element of the list holds exactly one header.",
                                        "Give each header an element of its own.")));
        return Stream.concat(shape, patterns(headers, headers.items()));
    }

    private static Stream<Violation> patterns(Field headers, List<Field> objects) {
        List<Header> found = new ArrayList<>();
        for (Field object : objects) {
            object.keys().forEach(name -> found.add(new Header(name, object.get(name))));
        }
        if (found.size() > MOST_HEADERS) {
            return headers.error(
                    Codes.TOO_MANY, "There are more than " + MOST_HEADERS + " headers.", "Use fewer headers.");
        }
        return Stream.concat(
                found.stream().flatMap(RouteRules::header),
                Duplicates.among(found, header -> header.name().toLowerCase(Locale.ROOT), Header::regex));
    }

    private record Header(String name, Field regex) {}

    private static Stream<Violation> header(Header header) {
        Stream<Violation> name = TOKEN.matcher(header.name()).matches()
                ? Stream.empty()
                : header.regex()
                        .error(
                                Codes.HEADER,
                                "\"" + Names.shown(header.name()) + "\" is no header name.",
                                "Use a header name such as user-agent, or host for the authority.");
        return Stream.concat(
                name,
                header.regex().required("Write a regex for the value; .* takes any.", r -> r.text(RouteRules::regex)));
    }

    static Stream<Violation> ports(Field object, SmiKind kind, String version) {
        Field spec = object.get("spec");
        Field ports = spec.get("matches").get("ports");
        if (!version.equals(kind.hubVersion())) {
            return ports.isAbsent()
                    ? Stream.empty()
                    : ports.error(
                            Codes.OTHER_VERSION,
                            kind.kind() + " " + version + " has no ports; without them all ports would be open.",
                            "Use " + kind.hubVersion() + ".");
        }
        return spec.object(s -> s.get("matches")
                .required(ALL_PORTS, m -> m.object(o -> o.get("ports").required(ALL_PORTS, RouteRules::portList))));
    }

    private static Stream<Violation> portList(Field ports) {
        return Stream.concat(
                ports.each(MOST_PORTS, Numbers::port),
                Duplicates.among(
                        ports.items(), port -> Objects.toString(Numbers.whole(port.node()), ""), port -> port));
    }
}
