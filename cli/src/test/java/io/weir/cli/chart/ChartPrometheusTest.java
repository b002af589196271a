package io.weir.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.telemetry.prometheus.TargetSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How telemetry is told of a Prometheus. The tag is that of tests for which programs are built. */
@Tag("kube")
class ChartPrometheusTest {

    private static final String FOLDER = "/var/run/secrets/weir.io/prometheus/";

    private static Helm.Result template(String... options) {
        List<String> all = new ArrayList<>(List.of(
                "--kube-version=1.37.0",
                "--set=metrics.backend=prometheus,metrics.prometheus.url=http://prometheus:9090"));
        all.addAll(Arrays.asList(options));
        return Helm.template(all.toArray(String[]::new));
    }

    private static JsonNode pod(String... options) {
        return Helm.objects(template(options).expected()).stream()
                .filter(object -> Helm.name(object).equals("Deployment/weir-telemetry"))
                .findFirst()
                .orElseThrow()
                .at("/spec/template/spec");
    }

    /** Options of Prometheus, by their names. */
    private static Map<String, String> arguments(JsonNode pod) {
        List<String> words = Helm.elements(pod.at("/containers/0/args")).stream()
                .map(word -> word.asString(""))
                .toList();
        Map<String, String> arguments = new TreeMap<>();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith("--prometheus-")) {
                arguments.put(words.get(i), words.get(i + 1));
            }
        }
        return arguments;
    }

    private static String json(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    @Test
    void what_the_operator_scrapes_for_us_is_believed_and_nothing_else() {
        String edges = "--set=monitoring.edges.enabled=true";
        assertThat(arguments(pod(edges)))
                .containsEntry("--prometheus-selector", "job=\"weir-telemetry\",namespace=\"weir-system\"");
        assertThat(arguments(pod(edges, "--namespace=mesh")))
                .containsEntry("--prometheus-selector", "job=\"weir-telemetry\",namespace=\"mesh\"");
        assertThat(arguments(pod(edges, "--set-json=metrics.prometheus.selector=" + json("cluster=\"a\""))))
                .containsEntry("--prometheus-selector", "cluster=\"a\"");
        assertThat(arguments(pod(edges, "--set-json=metrics.prometheus.selector=\"{}\"")))
                .containsEntry("--prometheus-selector", "{}");
        assertThat(arguments(pod())).containsOnlyKeys("--prometheus-url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"job=\"a\"", " { job =~ \"a|b\" , namespace!=\"c\\\"d\" } ", "a!~\"}\",b=\"\\\\\"", "{ }"})
    void a_selector_that_the_program_takes_is_taken(String selector) {
        TargetSelector.parse(selector);
        assertThat(arguments(pod("--set-json=metrics.prometheus.selector=" + json(selector))))
                .containsEntry("--prometheus-selector", selector.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job",
                "{",
                "job=a",
                "job='a'",
                "job=\"a\",",
                "job=\"a\" b=\"c\"",
                "job=\"a\"} or up{job=\"a\"",
                "up{job=\"a\"}",
                "job=\"\\x41\"",
                "job=\"a\nb\""
            })
    void one_that_it_does_not_take_is_refused_with_an_example(String selector) {
        Helm.Result result = template("--set-json=metrics.prometheus.selector=" + json(selector));
        assertThat(result.exit()).isNotZero();
        assertThat(result.out())
                .contains("metrics.prometheus.selector is " + selector
                        + ", which is no list of label matchers, as job=\"weir-telemetry\",namespace=\"weir-system\"");
    }

    @ParameterizedTest
    @CsvSource({"configMap, configMap", "secret, secret"})
    void a_token_and_certificates_are_where_the_program_looks_for_them(String value, String source) {
        JsonNode pod = pod("--set=metrics.prometheus.tokenSecret.name=reader,metrics.prometheus.ca." + value
                + "=trusted,metrics.prometheus.ca.key=roots.pem");

        assertThat(arguments(pod))
                .containsEntry("--prometheus-token-file", FOLDER + "token")
                .containsEntry("--prometheus-ca-file", FOLDER + "ca.crt");
        JsonNode mount = Helm.elements(pod.at("/containers/0/volumeMounts")).stream()
                .filter(it -> it.path("mountPath").asString("").equals(FOLDER.replaceFirst("/$", "")))
                .findFirst()
                .orElseThrow();
        JsonNode volume = Helm.elements(pod.path("volumes")).stream()
                .filter(it -> it.path("name").equals(mount.path("name")))
                .findFirst()
                .orElseThrow();
        assertThat(mount.path("readOnly").asBoolean()).isTrue();
        assertThat(volume.at("/projected/sources"))
                .isEqualTo(JsonMapper.shared().readTree("""
                [{"secret": {"name": "reader", "items": [{"key": "token", "path": "token"}]}},
                 {"%s": {"name": "trusted", "items": [{"key": "roots.pem", "path": "ca.crt"}]}}]""".formatted(source)));
    }
}
