package io.weir.telemetry.api;

import io.weir.smi.metrics.v1alpha2.TrafficMetricsList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A label selector: all requirements must hold; none selects everything. */
record Selector(List<Requirement> requirements) implements SelectorParser.Parsed {

    static final Selector EVERYTHING = new Selector(List.of());

    Selector {
        requirements = List.copyOf(requirements);
    }

    /** How a label is compared, by the name that Kubernetes has for it in objects. */
    enum Operator {
        EQUALS("In"),
        IN("In"),
        NOT_IN("NotIn"),
        EXISTS("Exists"),
        DOES_NOT_EXIST("DoesNotExist"),
        GREATER("Gt"),
        LESS("Lt");

        private final String written;

        Operator(String written) {
            this.written = written;
        }
    }

    /** @param values none for {@code EXISTS} and {@code DOES_NOT_EXIST}, one for {@code EQUALS} and comparisons */
    record Requirement(String key, Operator operator, List<String> values) {

        private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");

        Requirement {
            values = List.copyOf(values);
        }

        boolean holds(@Nullable String label) {
            return switch (operator) {
                case EQUALS, IN -> label != null && values.contains(label);
                case NOT_IN -> label == null || !values.contains(label);
                case EXISTS -> label != null;
                case DOES_NOT_EXIST -> label == null;
                case GREATER -> label != null && integer(label) && Long.parseLong(label) > bound();
                case LESS -> label != null && integer(label) && Long.parseLong(label) < bound();
            };
        }

        private long bound() {
            return Long.parseLong(values.getFirst());
        }

        static boolean integer(String text) {
            return INTEGER.matcher(text).matches();
        }
    }

    boolean selects(Map<String, String> labels) {
        return requirements.stream().allMatch(one -> one.holds(labels.get(one.key())));
    }

    /** As {@code selector} of a list: equalities as labels, whatever they can't say as expressions. */
    TrafficMetricsList.Selector document() {
        SortedMap<String, String> labels = new TreeMap<>();
        List<TrafficMetricsList.Expression> others = new ArrayList<>();
        for (Requirement one : requirements) {
            boolean said = one.operator() == Operator.EQUALS
                    && labels.putIfAbsent(one.key(), one.values().getFirst()) == null;
            if (!said) {
                others.add(new TrafficMetricsList.Expression(one.key(), one.operator().written, one.values()));
            }
        }
        return new TrafficMetricsList.Selector(labels, others);
    }
}
