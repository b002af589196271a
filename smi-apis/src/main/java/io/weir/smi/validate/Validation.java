package io.weir.smi.validate;

import io.weir.smi.SmiKind;
import io.weir.smi.Violation;
import io.weir.smi.Violation.Severity;
import io.weir.smi.convert.Conversion;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Judges SMI objects of every released version. */
public final class Validation {

    private static final Pattern ONE_SOURCE = Pattern.compile("(?:spec\\.)?sources\\[([0-9]{1,9})].*");

    private static final List<String> HEAD = List.of("apiVersion", "kind", "metadata", "status");

    private Validation() {}

    /**
     * What is wrong with an object.
     *
     * <p>Errors are what admission refuses, warnings what it accepts with a word. References to other objects are not
     * followed. Malformed input of any shape gives violations, never an exception.
     *
     * @param object an SMI object as JSON
     * @return in the order of the object's fields; empty if all is well
     */
    public static List<Violation> validate(ObjectNode object) {
        Field root = new Field("", object);
        String apiVersion = root.get("apiVersion").text();
        String kindName = root.get("kind").text();
        SmiKind kind = SmiKind.of(apiVersion, kindName);
        if (kind == null) {
            return unreleased(root, SmiKind.ofAnyVersion(apiVersion, kindName)).toList();
        }
        String version = SmiKind.versionOf(apiVersion);
        List<Violation> violations = judge(root, kind, version).toList();
        if (version.equals(kind.hubVersion()) || violations.stream().anyMatch(Validation::isFatal)) {
            return violations;
        }
        return Stream.concat(violations.stream(), restored(object, kind)).toList();
    }

    /**
     * The source of a TrafficTarget that a violation is about, as an index into {@code sources}; else null.
     *
     * <p>An error about one source leaves the rest of the object in force: to leave that source out only narrows what
     * is allowed (S6, S21). Any other error takes the whole object out of force.
     */
    public static @Nullable Integer sourceOf(Violation violation) {
        Matcher matcher = ONE_SOURCE.matcher(violation.field());
        return matcher.matches() ? Integer.valueOf(matcher.group(1)) : null;
    }

    private static Stream<Violation> judge(Field root, SmiKind kind, String version) {
        Stream<Violation> fields = switch (kind) {
            case TRAFFIC_TARGET -> TargetRules.check(root, version);
            case HTTP_ROUTE_GROUP -> RouteRules.group(root, version);
            case TCP_ROUTE, UDP_ROUTE -> RouteRules.ports(root, kind, version);
            case TRAFFIC_SPLIT -> SplitRules.check(root, version);
        };
        return Stream.of(MetadataRules.check(root.get("metadata")), fields, unknown(root, kind, version))
                .flatMap(found -> found);
    }

    private static Stream<Violation> unknown(Field root, SmiKind kind, String version) {
        List<String> fields = switch (kind) {
            case TRAFFIC_TARGET ->
                version.equals("v1alpha1") ? List.of("destination", "specs", "sources", "spec") : List.of("spec");
            // At the top level matches are misplaced in v1alpha3 and v1alpha4, of which more is said elsewhere.
            case HTTP_ROUTE_GROUP ->
                version.compareTo("v1alpha3") < 0 ? List.of("matches") : List.of("spec", "matches");
            case TCP_ROUTE, UDP_ROUTE, TRAFFIC_SPLIT -> List.of("spec");
        };
        List<String> all = Stream.concat(HEAD.stream(), fields.stream()).toList();
        return root.only(Severity.WARNING, all);
    }

    /** What the annotations of the conversion bring back into the hub version must be well formed as well. */
    private static Stream<Violation> restored(ObjectNode object, SmiKind kind) {
        ObjectNode hub = Conversion.convert(object, kind.hubApiVersion());
        return judge(new Field("", hub), kind, kind.hubVersion())
                .filter(Validation::isFatal)
                .map(violation -> new Violation(
                        violation.severity(),
                        Codes.ANNOTATION,
                        "metadata.annotations",
                        "An annotation under " + Conversion.DOMAIN + " makes " + violation.field()
                                + " of the newest version invalid: " + violation.message(),
                        "Remove the annotation, or write the object in version " + kind.hubVersion() + "."));
    }

    private static Stream<Violation> unreleased(Field root, @Nullable SmiKind kind) {
        if (kind == null) {
            return root.get("kind")
                    .error(Codes.VERSION, "This is no SMI kind that Weir knows.", "Correct apiVersion and kind.");
        }
        return root.get("apiVersion")
                .error(
                        Codes.VERSION,
                        "This version of " + kind.kind() + " was never released.",
                        "Use one of " + String.join(", ", kind.versions()) + ".");
    }

    /**
     * Whether a violation takes the whole object out of force.
     *
     * <p>Errors that do not: about single sources, and about a list of sources or rules that is empty. Admission refuses
     * that (section 1.1), but where it is stored or saved all the same it means nobody (S6), and must end what the
     * object allowed before.
     */
    public static boolean isFatal(Violation violation) {
        return violation.severity() == Severity.ERROR
                && sourceOf(violation) == null
                && !violation.code().equals(Codes.NOBODY);
    }
}
