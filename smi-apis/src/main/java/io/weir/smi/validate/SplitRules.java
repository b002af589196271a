package io.weir.smi.validate;

import io.weir.smi.Violation;
import io.weir.smi.Violation.Severity;
import io.weir.smi.convert.Weights;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** TrafficSplit, section 1.5 of the requirements. */
final class SplitRules {

    private static final int MOST_BACKENDS = 100;
    private static final int MOST_MATCHES = 100;
    private static final List<String> MATCH_KINDS = List.of("HTTPRouteGroup");

    /** Envoy adds the weights of a route in 32 unsigned bits. */
    private static final BigInteger LARGEST_SUM = BigInteger.valueOf(0xFFFF_FFFFL);

    private static final BigInteger LARGEST_WEIGHT = BigInteger.valueOf(Integer.MAX_VALUE);

    private SplitRules() {}

    static Stream<Violation> check(Field object, String version) {
        return object.get("spec")
                .required(
                        "Put service and backends under spec.",
                        spec -> spec.object(s -> fields(object.get("metadata").get("namespace"), s, version)));
    }

    private static Stream<Violation> fields(Field namespace, Field spec, String version) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        all.add(spec.get("service")
                .required("Name the root service.", root -> root.text(r -> root(r, namespace.text()))));
        Field backends = spec.get("backends");
        all.add(backends.required(
                "List the backends.",
                b -> b.each(
                        MOST_BACKENDS,
                        e -> e.isAbsent()
                                ? e.missing("Write a service and its weight.")
                                : e.object(o -> backend(o, version)))));
        all.add(duplicateBackends(backends));
        all.add(sum(backends));
        all.add(matches(spec.get("matches"), version));
        all.add(spec.only(Severity.WARNING, List.of("service", "backends", "matches")));
        return all.build().flatMap(found -> found);
    }

    /** Flagger may put any host here, so what is no service of this namespace is legal and has no effect (S34). */
    private static Stream<Violation> root(Field root, String namespace) {
        String own = namespace.isEmpty() ? "default" : namespace;
        String name = root.text();
        if (!Names.isSubdomain(name)) {
            return root.error(
                    Codes.NAME,
                    "\"" + Names.shown(name) + "\" is no valid service name.",
                    "Write the name of a Service of this namespace.");
        }
        return RootService.of(name, own) != null
                ? Stream.empty()
                : root.warning(
                        Codes.ROOT,
                        "\"" + Names.shown(name) + "\" is no service of namespace " + own
                                + ", so the split has no effect.",
                        "Write the name of a Service of this namespace, alone or followed by \"." + own + ".svc\".");
    }

    private static Stream<Violation> backend(Field backend, String version) {
        return Stream.of(
                        backend.get("service").required("Name a Service of this namespace.", Names::label),
                        weight(backend.get("weight"), version),
                        backend.only(Severity.WARNING, List.of("service", "weight")))
                .flatMap(found -> found);
    }

    private static Stream<Violation> weight(Field weight, String version) {
        boolean quantities = version.equals("v1alpha1");
        if (weight.isAbsent()) {
            return quantities ? Stream.empty() : weight.missing("Write the weight, 0 for no traffic.");
        }
        @Nullable BigDecimal exact = exact(weight);
        if (exact == null || (!quantities && !weight.isNumber())) {
            return weight.error(
                    Codes.WEIGHT,
                    "This is no weight.",
                    quantities ? "Use a quantity such as 90 or 500m." : "Use a whole number, unquoted.");
        }
        if (exact.signum() < 0) {
            return weight.error(Codes.WEIGHT, "A weight can't be negative.", "Use 0 for no traffic.");
        }
        if (!quantities && exact.stripTrailingZeros().scale() > 0) {
            return weight.error(
                    Codes.WEIGHT,
                    "A fractional weight exists in v1alpha1 only.",
                    "Multiply all weights until they are whole numbers.");
        }
        return Stream.empty();
    }

    private static @Nullable BigDecimal exact(Field weight) {
        return Weights.exact(weight.node());
    }

    /** Judged after scaling, because that is what Envoy adds up. */
    private static Stream<Violation> sum(Field backends) {
        if (backends.node() == null || !backends.node().isArray()) {
            return Stream.empty();
        }
        List<BigDecimal> written = new ArrayList<>();
        for (Field backend : backends.items()) {
            BigDecimal exact = exact(backend.get("weight"));
            if (exact == null || exact.signum() < 0) {
                return Stream.empty();
            }
            written.add(exact);
        }
        List<BigInteger> scaled = Weights.scaled(written);
        BigInteger sum = scaled.stream().reduce(BigInteger.ZERO, BigInteger::add);
        boolean fits = sum.compareTo(LARGEST_SUM) <= 0
                && scaled.stream().allMatch(weight -> weight.compareTo(LARGEST_WEIGHT) <= 0);
        if (!fits) {
            return backends.error(
                    Codes.WEIGHT_SUM,
                    "The weights are too large: one may be 2147483647 and all together 4294967295, after fractions were"
                            + " scaled by 1000.",
                    "Use smaller weights of the same ratio.");
        }
        return sum.signum() > 0
                ? Stream.empty()
                : backends.warning(
                        Codes.NO_WEIGHT,
                        "No backend has weight, so every request to the root service fails with 503.",
                        "Give at least one backend a weight above 0.");
    }

    private static Stream<Violation> duplicateBackends(Field backends) {
        return Duplicates.repeated(backends.items(), b -> b.get("service").text()).stream()
                .flatMap(b -> b.get("service")
                        .warning(
                                Codes.DUPLICATE,
                                "\"" + Names.shown(b.get("service").text())
                                        + "\" is listed before; the weights add up.",
                                "List each service once."));
    }

    private static Stream<Violation> matches(Field matches, String version) {
        boolean known = version.equals("v1alpha3") || version.equals("v1alpha4");
        if (!known && !matches.isAbsent()) {
            return matches.error(
                    Codes.OTHER_VERSION,
                    version + " has no matches; without them all traffic would be split.",
                    "Use v1alpha4.");
        }
        return matches.each(
                MOST_MATCHES, m -> m.isAbsent() ? m.missing("Name a route group.") : m.object(SplitRules::match));
    }

    private static Stream<Violation> match(Field match) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        all.add(match.get("kind").required("Write kind: HTTPRouteGroup.", k -> Names.choice(k, MATCH_KINDS)));
        all.add(match.get("name").required("Name the route group.", Names::subdomain));
        all.add(match.only(Severity.WARNING, List.of("apiGroup", "kind", "name")));
        all.add(match.get("apiGroup")
                .text(g -> g.text().isEmpty() || g.text().equals("specs.smi-spec.io")
                        ? Stream.empty()
                        : g.error(
                                Codes.CHOICE,
                                "Route groups are of the API group specs.smi-spec.io.",
                                "Write specs.smi-spec.io, or leave the field out.")));
        return all.build().flatMap(found -> found);
    }
}
