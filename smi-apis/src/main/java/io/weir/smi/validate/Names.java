package io.weir.smi.validate;

import io.weir.smi.Violation;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names that Kubernetes gives to objects (DNS-1123), and choices among fixed words. */
final class Names {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern DOT = Pattern.compile("\\.");
    private static final int LONGEST_SUBDOMAIN = 253;

    private Names() {}

    static boolean isLabel(String name) {
        return LABEL.matcher(name).matches();
    }

    static boolean isSubdomain(String name) {
        return name.length() <= LONGEST_SUBDOMAIN
                && DOT.splitAsStream(name + ".end").allMatch(Names::isLabel);
    }

    /** Of namespaces and Services: one DNS label. */
    static Stream<Violation> label(Field field) {
        return named(
                field,
                Names::isLabel,
                "Use at most 63 lower-case letters, digits and hyphens, starting and ending with a letter or digit.");
    }

    /** Of other objects, service accounts among them: labels with dots between. */
    static Stream<Violation> subdomain(Field field) {
        return named(
                field,
                Names::isSubdomain,
                "Use lower-case letters, digits, hyphens and dots, starting and ending with a letter or digit.");
    }

    static Stream<Violation> choice(Field field, List<String> words) {
        return field.text(f -> words.contains(f.text())
                ? Stream.empty()
                : f.error(
                        Codes.CHOICE,
                        "\"" + shown(f.text()) + "\" is none of the values allowed here.",
                        words.size() == 1
                                ? "Use " + words.getFirst() + "."
                                : "Use one of " + String.join(", ", words) + "."));
    }

    private static Stream<Violation> named(Field field, Predicate<String> good, String fix) {
        return field.text(f -> good.test(f.text())
                ? Stream.empty()
                : f.error(Codes.NAME, "\"" + shown(f.text()) + "\" is no valid name.", fix));
    }

    /** What a user wrote, fit for a message. */
    static String shown(String text) {
        String printable = text.codePoints()
                .limit(60)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return printable.length() < text.length() ? printable + "..." : printable;
    }
}
