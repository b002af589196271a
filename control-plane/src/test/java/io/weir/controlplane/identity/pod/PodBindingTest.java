package io.weir.controlplane.identity.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PodBindingTest {

    /** The form of KEP-4317: a sequence of eight texts, each with the context tag of its place. */
    @Test
    void the_extension_has_the_form_that_kubernetes_describes() {
        PodBinding pod = new PodBinding("a", "b", "c", "d", "e", "f", "g");
        assertThat(pod.extension().getExtnId().getId()).isEqualTo("1.3.6.1.4.1.57683.1");
        assertThat(pod.extension().isCritical()).isFalse();
        assertThat(HexFormat.of().formatHex(pod.extension().getExtnValue().getOctets()))
                .isEqualTo("3017800161810082016283016384016485016586016687 0167".replace(" ", ""));
    }
}
