package io.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

    private static Readings readings(Quantity quantity, double... values) {
        Readings readings = new Readings();
        for (double value : values) {
            readings.add(quantity, value);
        }
        return readings;
    }

    @Test
    void the_json_is_a_list_of_medians_with_baseline_reach_and_spread() {
        Report report =
                new Report(readings(Quantity.WEIGHT_CPU, 0.4, 0.1, 0.2), readings(Quantity.WEIGHT_CPU, 4.0, 2.0));

        JsonNode list = JsonMapper.builder().build().readTree(report.json());

        assertThat(list).hasSize(1);
        assertThat(list.get(0).toString())
                .isEqualTo("{\"quantity\":\"weight change: CPU\",\"unit\":\"s\",\"value\":0.2,\"baseline\":3.0,"
                        + "\"reach\":0.16,\"spread\":0.30000000000000004}");
    }

    @Test
    void what_only_one_of_them_does_has_no_baseline() {
        Report report = new Report(readings(Quantity.IDLE_RSS, 100), new Readings());

        JsonNode row = JsonMapper.builder().build().readTree(report.json()).get(0);

        assertThat(row.path("baseline").isNull()).isTrue();
        assertThat(row.path("reach").isNull()).isTrue();
        assertThat(row.path("spread").asDouble()).isZero();
        assertThat(report.table()).contains("RSS, no clients").contains(" - ");
    }

    @Test
    void three_digits_count() {
        assertThat(Report.number(1234.5)).isEqualTo("1235");
        assertThat(Report.number(12.345)).isEqualTo("12.3");
        assertThat(Report.number(1.2345)).isEqualTo("1.23");
        assertThat(Report.number(0.0123)).isEqualTo("0.012");
        assertThat(Report.number(7.0)).isEqualTo("7");
        assertThat(Report.number(null)).isEqualTo("-");
    }

    @Test
    void a_quantile_is_a_value_that_was_measured() {
        Distribution values = Distribution.of(new double[] {5, 1, 4, 2, 3});
        assertThat(values.median()).isEqualTo(3);
        assertThat(values.quantile(0.99)).isEqualTo(5);
        assertThat(values.quantile(0.2)).isEqualTo(1);
        assertThat(values.highest()).isEqualTo(5);
    }
}
