package io.weir.smi.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.SmiKind;
import io.weir.smi.Yaml;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

final class WeightsTest {

    @ParameterizedTest
    @CsvSource({
        "10m 100m 1500m, 10 100 1500",
        "1 500m, 1000 500",
        "1 0m, 1 0",
        "1k 1, 1000 1",
        "0.5 0.5, 500 500",
        "90 10, 90 10",
        "1e3 1, 1000 1",
        "1.0 2.50, 1000 2500",
        "1 100u, 1000 1",
        "1m 1n, 1 1",
        "2Ki 1, 2048 1",
        "1E 0, 1000000000000000000 0"
    })
    void quantities_scale_to_integers_of_the_same_ratio(String quantities, String integers) {
        ObjectNode old = split(quantities);

        ObjectNode hub = Conversion.convert(old, "split.smi-spec.io/v1alpha4");

        assertThat(weights(hub)).isEqualTo(integers);
        assertThat(Conversion.convert(hub, "split.smi-spec.io/v1alpha1")).isEqualTo(old);
    }

    @Test
    void integers_come_back_as_strings_without_an_annotation() {
        ObjectNode hub = Conversion.convert(split("90 10"), "split.smi-spec.io/v1alpha4");

        assertThat(hub.get("metadata").has("annotations")).isFalse();
        assertThat(weights(Conversion.convert(hub, "split.smi-spec.io/v1alpha1")))
                .isEqualTo("90 10");
    }

    @Test
    void recorded_quantities_give_way_to_weights_that_were_changed() {
        ObjectNode hub = Conversion.convert(split("1 500m"), "split.smi-spec.io/v1alpha4");
        ((ObjectNode) hub.at("/spec/backends/1")).put("weight", 1500);

        ObjectNode old = Conversion.convert(hub, "split.smi-spec.io/v1alpha1");

        assertThat(weights(old)).isEqualTo("1000 1500");
        assertThat(old.get("metadata").has("annotations")).isFalse();
    }

    @Test
    void recorded_quantities_give_way_to_other_services() {
        ObjectNode hub = Conversion.convert(split("1 500m"), "split.smi-spec.io/v1alpha4");
        ((ObjectNode) hub.at("/spec/backends/1")).put("service", "other");

        assertThat(weights(Conversion.convert(hub, "split.smi-spec.io/v1alpha1")))
                .isEqualTo("1000 500");
    }

    @Test
    void a_missing_weight_is_zero_and_stays_missing() {
        ObjectNode old = Yaml.object(
                SmiKind.TRAFFIC_SPLIT,
                "v1alpha1",
                "spec: {service: w, backends: [{service: a}, {service: b, weight: 3}]}");

        ObjectNode hub = Conversion.convert(old, "split.smi-spec.io/v1alpha4");

        assertThat(weights(hub)).isEqualTo("0 3");
        assertThat(Conversion.convert(hub, "split.smi-spec.io/v1alpha1")).isEqualTo(old);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-1, -1",
        ".5, 0.5",
        "5., 5",
        "1e-3, 0.001",
        "1E2, 100",
        "1E, 1000000000000000000",
        "3Mi, 3145728"
    })
    void quantities_are_read_exactly(String text, BigDecimal value) {
        assertThat(Quantity.parse(text)).isEqualByComparingTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "1K", "1 ", "1mm", "1e", "e3", ".", "1e31", "1e999999999", "0x1", "1,5", "--1", "1Ke"})
    void what_is_no_quantity_is_none(String text) {
        assertThat(Quantity.parse(text)).isNull();
    }

    private static ObjectNode split(String quantities) {
        List<String> backends = new ArrayList<>();
        for (String quantity : quantities.split(" ", -1)) {
            backends.add("{service: s" + backends.size() + ", weight: '" + quantity + "'}");
        }
        return Yaml.object(SmiKind.TRAFFIC_SPLIT, "v1alpha1", "spec: {service: w, backends: " + backends + "}");
    }

    private static String weights(ObjectNode split) {
        return Stream.iterate(0, i -> i < split.at("/spec/backends").size(), i -> i + 1)
                .map(i -> split.at("/spec/backends/" + i + "/weight").asString())
                .collect(Collectors.joining(" "));
    }
}
