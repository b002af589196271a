package io.weir.telemetry.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

    /** OK, and those by which a server says that the client is wrong (M7). */
    private static final Set<Integer> SUCCESSES = Set.of(0, 1, 3, 5, 6, 7, 9, 11, 16);

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "204, true",
        "304, true",
        "403, true",
        "404, true",
        "499, true",
        "500, false",
        "503, false",
        "0, false"
    })
    void m7_below_500_is_a_success_and_no_response_is_none(int code, boolean success) {
        assertThat(new Outcome(code, Outcome.NOT_GRPC).success()).isEqualTo(success);
    }

    @Test
    void m7_of_grpc_ok_and_the_clients_faults_are_successes() {
        for (int status = 0; status <= 16; status++) {
            assertThat(new Outcome(200, status).success())
                    .as("gRPC status %d", status)
                    .isEqualTo(SUCCESSES.contains(status));
        }
    }

    @Test
    void m7_a_grpc_call_without_a_response_is_a_failure() {
        assertThat(new Outcome(0, 0).success()).isFalse();
        assertThat(new Outcome(503, 0).success()).isFalse();
    }
}
