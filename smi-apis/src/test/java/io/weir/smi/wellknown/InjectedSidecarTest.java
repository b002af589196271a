package io.weir.smi.wellknown;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InjectedSidecarTest {

    @Test
    void what_was_injected_reads_back_from_the_annotation() {
        InjectedSidecar sidecar = new InjectedSidecar(
                "0.1.0",
                InjectedSidecar.Style.NATIVE,
                InjectedSidecar.Interception.REDIRECT,
                new TreeMap<>(Map.of(53, 15_300)),
                new TreeSet<>(Set.of(9090)),
                new TreeMap<>(Map.of("/metadata/annotations/prometheus.io~1port", "\"9090\"")));

        assertThat(InjectedSidecar.parse(sidecar.json())).isEqualTo(sidecar);
    }

    @Test
    void an_annotation_that_cannot_be_read_is_no_sidecar() {
        assertThat(InjectedSidecar.parse(null)).isNull();
        assertThat(InjectedSidecar.parse("")).isNull();
        assertThat(InjectedSidecar.parse("{")).isNull();
        assertThat(InjectedSidecar.parse("null")).isNull();
        assertThat(InjectedSidecar.parse("{\"style\":\"OTHER\"}")).isNull();
        assertThat(InjectedSidecar.parse("{\"version\":\"1\"}")).isNull();
    }

    @Test
    void what_a_later_weir_adds_is_passed_over() {
        assertThat(InjectedSidecar.parse("{\"style\":\"CLASSIC\",\"interception\":\"EXPLICIT\",\"more\":1}"))
                .isNotNull();
    }
}
