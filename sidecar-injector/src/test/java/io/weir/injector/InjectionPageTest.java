package io.weir.injector;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.injector.inject.InjectionDecision.Reason;
import io.weir.injector.inject.InjectionSettings.Resources;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/injection.md says what injection does. */
class InjectionPageTest {

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/injection.md"));
    }

    /** The first cells of the table below a heading. */
    private static List<String> rows(String heading) throws IOException {
        String section = page().split("\n## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
        return Pattern.compile("(?m)^\\| (.+?) \\|")
                .matcher(section)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void every_key_has_its_row() throws IOException {
        Set<String> keys = Arrays.stream(Keys.class.getFields())
                .map(InjectionPageTest::value)
                .filter(value -> value.startsWith("weir.io/"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> told = Pattern.compile("`(weir\\.io/[a-z-]+)`")
                .matcher(String.join("\n", rows("Annotations")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(told).isEqualTo(keys).hasSizeGreaterThan(10);
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void every_reason_to_skip_a_pod_has_its_row_in_the_words_of_the_annotation() throws IOException {
        List<String> rows = rows("Which pods");
        assertThat(rows.subList(1, rows.size()))
                .containsExactlyElementsOf(
                        Arrays.stream(Reason.values()).map(Reason::text).toList());
    }

    @Test
    void ports_names_and_amounts_are_those_of_the_sidecar() throws IOException {
        Resources usual = Resources.usual();
        assertThat(page())
                .contains("container `" + Sidecar.PROXY_CONTAINER + "`: Envoy, as user " + Sidecar.UID + ",")
                .contains("init container `" + Sidecar.INIT_CONTAINER + "`")
                .contains("volume `" + Sidecar.CREDENTIALS_VOLUME + "`")
                .contains("volume `" + Sidecar.RUN_VOLUME + "`")
                .contains("asks for " + usual.cpu() + " of processor time and " + usual.memory() + " of memory, and is"
                        + " limited to " + usual.memoryLimit())
                .contains("| " + Sidecar.OUTBOUND_PORT + ", " + Sidecar.INBOUND_PORT + " |")
                .contains("| " + Sidecar.METRICS_PORT + " |")
                .contains("| " + Sidecar.HEALTH_PORT + " |")
                .contains("| " + Sidecar.HTTP_PROXY_PORT + " |")
                .contains("| " + Sidecar.FIRST_UDP_PORT + " and up, UDP |");
        assertThat(usual.cpuLimit()).isEmpty();
    }
}
