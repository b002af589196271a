package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {

    private static final List<String> SUFFIXES = List.of("m", "", "k", "M", "G", "T", "P", "E");

    @ParameterizedTest
    @CsvSource({
        "0.0735, 73m",
        "294, 294",
        "1000, 1k",
        "1008.1, 1008100m",
        "0, 0",
        "-0.0, 0",
        "0.0009, 0",
        "73.492, 73492m",
        "296.875, 296875m",
        "1500, 1500",
        "1000000, 1M",
        "60000, 60k",
        "NaN, 0",
        "Infinity, 0",
        "-Infinity, 0"
    })
    void are_canonical_to_the_thousandth(double value, String quantity) {
        assertThat(Quantities.of(value)).isEqualTo(quantity);
    }

    @Test
    void counts_of_any_size_are_exact() {
        assertThat(Quantities.of(Long.MAX_VALUE)).isEqualTo("9223372036854775807");
        assertThat(Quantities.of(5_000_000_000_000_000_000L)).isEqualTo("5E");
        assertThat(Quantities.of(0L)).isEqualTo("0");
    }

    @Test
    void read_again_they_are_the_number_and_no_larger_suffix_would_do() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            double value = random.nextInt(2_000_000) * Math.pow(10, random.nextInt(13) - 6);

            String quantity = Quantities.of(value);

            String digits = quantity.replaceAll("[a-zA-Z]", "");
            int suffix = SUFFIXES.indexOf(quantity.substring(digits.length()));
            BigDecimal number = new BigDecimal(digits);
            assertThat(number.movePointRight(3 * suffix - 3))
                    .as("%s of %s", quantity, value)
                    .isEqualByComparingTo(BigDecimal.valueOf(value).setScale(3, RoundingMode.DOWN));
            if (number.signum() == 0) {
                assertThat(quantity).isEqualTo("0");
            } else {
                assertThat(number.remainder(new BigDecimal(1000)).signum() != 0 || suffix == SUFFIXES.size() - 1)
                        .as("no shorter form of %s", quantity)
                        .isTrue();
            }
        }
    }
}
