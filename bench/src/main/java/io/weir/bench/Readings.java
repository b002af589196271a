package io.weir.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one contender was measured to do, a value for each repetition. */
final class Readings {

    private final Map<Quantity, List<Double>> values = new LinkedHashMap<>();

    void add(Quantity quantity, double value) {
        values.computeIfAbsent(quantity, _ -> new ArrayList<>()).add(value);
    }

    void addAll(Readings others) {
        others.values.forEach((quantity, list) -> list.forEach(value -> add(quantity, value)));
    }

    /** Takes what was read of a quantity, as readings of another. */
    void addAll(Readings others, Quantity quantity, Quantity as) {
        others.values.getOrDefault(quantity, List.of()).forEach(value -> add(as, value));
    }

    /** In the order in which they were measured. */
    List<Quantity> quantities() {
        return List.copyOf(values.keySet());
    }

    private List<Double> of(Quantity quantity) {
        return values.getOrDefault(quantity, List.of()).stream().sorted().toList();
    }

    /** Null if it was not measured. */
    @Nullable
    Double median(Quantity quantity) {
        List<Double> sorted = of(quantity);
        return sorted.isEmpty() ? null : median(sorted);
    }

    /** From the lowest to the highest; null if it was not measured. */
    @Nullable
    Double spread(Quantity quantity) {
        List<Double> sorted = of(quantity);
        return sorted.isEmpty() ? null : sorted.getLast() - sorted.getFirst();
    }

    private static double median(List<Double> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
