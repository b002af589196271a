package io.weir.injector.inject;

import io.weir.injector.inject.InjectionDecision.Problem;
import io.weir.smi.wellknown.InjectedSidecar.Interception;
import io.weir.smi.wellknown.InjectedSidecar.Style;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a pod's annotations; what it can't read it names. */
final class AnnotationReader {

    private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");
    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?");
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "m", new BigDecimal("0.001"),
            "k", BigDecimal.TEN.pow(3),
            "M", BigDecimal.TEN.pow(6),
            "G", BigDecimal.TEN.pow(9),
            "T", BigDecimal.TEN.pow(12),
            "Ki", new BigDecimal(1L << 10),
            "Mi", new BigDecimal(1L << 20),
            "Gi", new BigDecimal(1L << 30),
            "Ti", new BigDecimal(1L << 40));
    private static final Set<Integer> OURS = Set.of(
            Sidecar.OUTBOUND_PORT,
            Sidecar.INBOUND_PORT,
            Sidecar.METRICS_PORT,
            Sidecar.HEALTH_PORT,
            Sidecar.HTTP_PROXY_PORT);

    private final PodTree pod;
    private final List<Problem> problems;

    /** @param problems where to add them */
    AnnotationReader(PodTree pod, List<Problem> problems) {
        this.pod = pod;
        this.problems = problems;
    }

    PodOptions options(InjectionSettings settings) {
        return new PodOptions(
                style(settings.nativeSidecars()),
                interception(),
                inboundPorts(),
                ports(Keys.EXCLUDE_OUTBOUND_PORTS),
                networks(),
                resources(settings.defaults()));
    }

    boolean acknowledged() {
        return switch (value(Keys.ACKNOWLEDGE_NOT_ENFORCED, "false")) {
            case "true" -> true;
            case "false" -> false;
            case String other -> {
                problem(Keys.ACKNOWLEDGE_NOT_ENFORCED, "'" + other + "' is neither true nor false.", "Write \"true\".");
                yield false;
            }
        };
    }

    private Style style(boolean nativeSidecars) {
        String unset = nativeSidecars ? "native" : "classic";
        return switch (value(Keys.SIDECAR_STYLE, unset)) {
            case "native" -> {
                if (!nativeSidecars) {
                    problem(
                            Keys.SIDECAR_STYLE,
                            "this cluster has no native sidecars, which came with Kubernetes 1.29.",
                            "Remove the annotation, or write classic.");
                }
                yield Style.NATIVE;
            }
            case "classic" -> Style.CLASSIC;
            case String other -> {
                problem(Keys.SIDECAR_STYLE, "'" + other + "' is no style.", "Write native or classic.");
                yield Style.NATIVE;
            }
        };
    }

    private Interception interception() {
        return switch (value(Keys.INTERCEPTION, "redirect")) {
            case "redirect" -> Interception.REDIRECT;
            case "explicit" -> Interception.EXPLICIT;
            case String other -> {
                problem(Keys.INTERCEPTION, "'" + other + "' is no way to intercept.", "Write redirect or explicit.");
                yield Interception.REDIRECT;
            }
        };
    }

    private SortedSet<Integer> inboundPorts() {
        SortedSet<Integer> ports = ports(Keys.EXCLUDE_INBOUND_PORTS);
        for (int port : ports) {
            if (OURS.contains(port)) {
                problem(Keys.EXCLUDE_INBOUND_PORTS, port + " is a port of the sidecar.", "Remove it from the list.");
            }
        }
        return ports;
    }

    private SortedSet<Integer> ports(String key) {
        SortedSet<Integer> ports = new TreeSet<>();
        for (String entry : entries(key)) {
            int port = PORT.matcher(entry).matches() ? Integer.parseInt(entry) : 0;
            if (port < 1 || port > 65_535) {
                problem(key, "'" + entry + "' is no port.", "Write numbers from 1 to 65535, separated by commas.");
            } else {
                ports.add(port);
            }
        }
        return ports;
    }

    private List<Cidr> networks() {
        List<Cidr> networks = new ArrayList<>();
        for (String entry : entries(Keys.EXCLUDE_OUTBOUND_CIDRS)) {
            Cidr network = Cidr.parse(entry);
            if (network == null) {
                problem(
                        Keys.EXCLUDE_OUTBOUND_CIDRS,
                        "'" + entry + "' is no network.",
                        "Write networks such as 10.0.0.0/8 or fd00::/8, without bits after the prefix,"
                                + " separated by commas.");
            } else if (!networks.contains(network)) {
                networks.add(network);
            }
        }
        return networks;
    }

    private InjectionSettings.Resources resources(InjectionSettings.Resources defaults) {
        InjectionSettings.Resources resources = new InjectionSettings.Resources(
                quantity(Keys.PROXY_CPU, defaults.cpu()),
                quantity(Keys.PROXY_MEMORY, defaults.memory()),
                quantity(Keys.PROXY_CPU_LIMIT, defaults.cpuLimit()),
                quantity(Keys.PROXY_MEMORY_LIMIT, defaults.memoryLimit()));
        fits(Keys.PROXY_CPU, resources.cpu(), resources.cpuLimit());
        fits(Keys.PROXY_MEMORY, resources.memory(), resources.memoryLimit());
        return resources;
    }

    private String quantity(String key, String unset) {
        String value = value(key, unset);
        if (value.isEmpty() || amount(value).signum() > 0) {
            return value;
        }
        problem(key, "'" + value + "' is no quantity.", "Write one such as 100m for cpu, or 128Mi for memory.");
        return unset;
    }

    private void fits(String key, String request, String limit) {
        if (!request.isEmpty() && !limit.isEmpty() && amount(request).compareTo(amount(limit)) > 0) {
            problem(
                    key,
                    "the request " + request + " is more than the limit " + limit + ".",
                    "Lower it, or raise " + key + "-limit.");
        }
    }

    /** Whole processors that the limit allows, at least one; {@code otherwise} where there is none. */
    static int processors(InjectionSettings.Resources resources, int otherwise) {
        return resources.cpuLimit().isEmpty()
                ? otherwise
                : Math.max(
                        1,
                        amount(resources.cpuLimit())
                                .setScale(0, java.math.RoundingMode.CEILING)
                                .intValue());
    }

    /** Zero if it is none. */
    private static BigDecimal amount(String quantity) {
        Matcher matcher = QUANTITY.matcher(quantity);
        if (!matcher.matches()) {
            return BigDecimal.ZERO;
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        return matcher.group(2) == null
                ? number
                : number.multiply(UNITS.getOrDefault(matcher.group(2), BigDecimal.ONE));
    }

    private List<String> entries(String key) {
        String value = value(key, "");
        return value.isEmpty() ? List.of() : List.of(value.split("\\s*,\\s*", -1));
    }

    private String value(String key, String unset) {
        String value = pod.annotation(key);
        return value == null ? unset : value.strip();
    }

    private void problem(String key, String message, String fix) {
        problems.add(new Problem("metadata.annotations[" + key + "]", message, fix));
    }
}
