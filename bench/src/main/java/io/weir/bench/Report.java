package io.weir.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** The figures of both contenders, or in the place of Weir those of another server, as a table and as JSON. */
record Report(Readings weir, Readings baseline) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LINE = "%-62s %-12s %10s %10s %10s %10s %10s %10s%n";

    static Report empty() {
        return new Report(new Readings(), new Readings());
    }

    /** What was read of another server than these two, which has nothing to reach. */
    static Report other(Readings readings) {
        Report report = empty();
        readings.quantities().forEach(quantity -> report.add(List.of(readings), quantity, quantity.alone()));
        return report;
    }

    /** Adds what was read of both, or of Weir alone. */
    void add(List<Readings> readings) {
        weir.addAll(readings.getFirst());
        if (readings.size() > 1) {
            baseline.addAll(readings.getLast());
        }
    }

    /** Adds some of what was read. */
    void add(List<Readings> readings, List<Quantity> quantities) {
        quantities.forEach(quantity -> add(readings, quantity, quantity));
    }

    /** Adds some of what was read in other circumstances than the usual. */
    void add(List<Readings> readings, List<Quantity> quantities, String circumstances) {
        quantities.forEach(quantity -> add(readings, quantity, quantity.where(circumstances)));
    }

    private void add(List<Readings> readings, Quantity quantity, Quantity as) {
        weir.addAll(readings.getFirst(), quantity, as);
        if (readings.size() > 1) {
            baseline.addAll(readings.getLast(), quantity, as);
        }
    }

    /** A line for each quantity that was measured. */
    String table() {
        StringBuilder text = new StringBuilder();
        text.append(LINE.formatted("quantity", "unit", "measured", "spread", "baseline", "ratio", "peer", "reach"));
        for (Quantity quantity : weir.quantities()) {
            Double measured = weir.median(quantity);
            Double compared = baseline.median(quantity);
            Double ratio =
                    measured == null || compared == null || compared == 0 ? null : (Double) (measured / compared);
            text.append(LINE.formatted(
                    quantity.name(),
                    quantity.unit(),
                    number(measured),
                    number(weir.spread(quantity)),
                    number(compared),
                    number(ratio),
                    number(quantity.peer()),
                    number(quantity.reach())));
        }
        return text.toString();
    }

    /** A list of {@code {"quantity", "unit", "value", "baseline", "reach", "spread"}}; null where there is none. */
    String json() {
        ArrayNode list = JSON.createArrayNode();
        for (Quantity quantity : weir.quantities()) {
            list.addObject()
                    .put("quantity", quantity.name())
                    .put("unit", quantity.unit())
                    .put("value", weir.median(quantity))
                    .put("baseline", baseline.median(quantity))
                    .put("reach", quantity.reach())
                    .put("spread", weir.spread(quantity));
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(list);
    }

    /** Three digits that count. */
    static String number(@Nullable Double value) {
        if (value == null) {
            return "-";
        }
        double size = Math.abs(value);
        return size >= 100 || value == Math.rint(value)
                ? "%.0f".formatted(value)
                : size >= 10 ? "%.1f".formatted(value) : size >= 1 ? "%.2f".formatted(value) : "%.3f".formatted(value);
    }
}
