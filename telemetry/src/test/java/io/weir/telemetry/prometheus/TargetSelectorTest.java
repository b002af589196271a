package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.telemetry.prometheus.TargetSelector.LabelMatcher;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetSelectorTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        job="weir-telemetry"                     | job="weir-telemetry"
        {job="a",namespace="b"}                  | job="a",namespace="b"
        ' {  job = "a" ,\tnamespace!~"b|c.*" } ' | 'job="a",namespace!~"b|c.*"'
        a!="x",b=~"y",c=""                       | a!="x",b=~"y",c=""
        a="x,b=\\"y\\"",c="}"                    | a="x,b=\\"y\\"",c="}"
        a="\\\\d\\n"                             | a="\\\\d\\n"
        a="ünï☃"                              | a="ünï☃"
        '{}'                                    | ''
        ' { } '                                 | ''
        """)
    void label_matchers_are_read_as_prometheus_reads_them_and_said_in_one_way(String text, String said) {
        assertThat(TargetSelector.parse(text)).hasToString(said);
        assertThat(TargetSelector.parse("{" + said + "}")).isEqualTo(TargetSelector.parse(text));
    }

    @Test
    void a_value_is_what_it_means_without_escapes() {
        assertThat(TargetSelector.parse("a=\"\\\\\\\"\\n\"").matchers())
                .isEqualTo(List.of(new LabelMatcher("a", "=", "\\\"\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{job=\"a\"",
                "job=\"a\"}",
                "{{job=\"a\"}}",
                "weir-telemetry",
                "job",
                "job=a",
                "job='a'",
                "job=`a`",
                "job==\"a\"",
                "job>\"a\"",
                "job=\"a\",",
                ",job=\"a\"",
                "job=\"a\";namespace=\"b\"",
                "job=\"a\" namespace=\"b\"",
                "job=\"a\" or namespace=\"b\"",
                "job=\"a",
                "job=\"a\"b\"",
                "job=\"a\\\"",
                "job=\"\\x41\"",
                "job=\"a\nb\"",
                "job=\"a\tb\"",
                "job=\"a\u0085b\"",
                "1job=\"a\"",
                "\"job\"=\"a\"",
                "jöb=\"a\"",
                "up{job=\"a\"}",
                "job=\"a\"} or vector(1) or up{job=\"a\"",
                "{job=\"a\"} or up{job=\"a\"}",
                "job=\"a\"}[1h] offset 1d #",
                "job=\"a\" # comment",
                "job=~\"a\" and on () up"
            })
    void what_is_anything_else_is_refused(String text) {
        assertThatThrownBy(() -> TargetSelector.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text
                        + "' is no list of label matchers, as job=\"weir-telemetry\",namespace=\"weir-system\"");
    }

    /** Else counters would be chosen, and what an aggregator tells of itself would be lost, or a part of what it counted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "__name__",
                "__address__",
                "reporter",
                "source_pod",
                "destination_namespace",
                "destination_service",
                "split",
                "backend",
                "protocol",
                "mtls",
                "response_code",
                "grpc_status",
                "aggregator",
                "le"
            })
    void labels_of_what_is_told_do_not_say_who_tells_it(String label) {
        assertThatThrownBy(() -> TargetSelector.parse("job=\"a\"," + label + "!=\"b\""))
                .hasMessageStartingWith("'" + label + "' is no label of a target, but of what it tells");
    }

    @Test
    void a_regex_that_prometheus_would_refuse_each_time_is_refused_at_once() {
        assertThatThrownBy(() -> TargetSelector.parse("job=~\"a(\""))
                .hasMessageStartingWith("job: The regex is not RE2");
        assertThat(TargetSelector.parse("job=\"a(\"").matchers()).hasSize(1);
        assertThatThrownBy(() -> TargetSelector.parse("job=\"" + "a".repeat(2_000) + "\""))
                .hasMessage("it is longer than 2000 characters");
    }
}
