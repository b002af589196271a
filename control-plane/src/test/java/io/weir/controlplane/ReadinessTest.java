package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadinessTest {

    private final Readiness readiness = new Readiness();

    @Test
    void it_is_ready_when_nothing_is_missing_and_else_says_what_is() {
        readiness.waiting("cluster", "Pods were not listed yet");
        readiness.waiting("certificates", "the Secret was not read yet");

        assertThat(readiness.answer().status()).isEqualTo(503);
        assertThat(readiness.answer().body())
                .isEqualTo("certificates: the Secret was not read yet\ncluster: Pods were not listed yet\n");

        readiness.ready("cluster");
        readiness.ready("certificates");
        assertThat(readiness.answer().status()).isEqualTo(200);
    }
}
