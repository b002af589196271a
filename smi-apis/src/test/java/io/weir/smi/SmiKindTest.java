package io.weir.smi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SmiKindTest {

    @Test
    void every_released_version_is_found_by_its_name() {
        for (SmiKind kind : SmiKind.values()) {
            for (String version : kind.versions()) {
                assertThat(SmiKind.of(kind.group() + "/" + version, kind.kind()))
                        .isEqualTo(kind);
            }
            assertThat(kind.hubApiVersion())
                    .isEqualTo(kind.group() + "/" + kind.versions().getLast());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "access.smi-spec.io/v1alpha4, TrafficTarget",
        "specs.smi-spec.io/v1alpha3, UDPRoute",
        "split.smi-spec.io/v1, TrafficSplit",
        "split.smi-spec.io/, TrafficSplit"
    })
    void a_version_that_was_never_released_is_told_from_another_kind(String apiVersion, String kind) {
        assertThat(SmiKind.of(apiVersion, kind)).isNull();
        assertThat(SmiKind.ofAnyVersion(apiVersion, kind)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "spec.smi-spec.io/v1alpha1, TCPRoute",
        "gateway.networking.k8s.io/v1, TCPRoute",
        "v1, TrafficSplit",
        "split.smi-spec.io/v1alpha4, trafficsplit",
        "access.smi-spec.io/v1alpha4, IdentityBinding"
    })
    void another_kind_is_no_smi_kind(String apiVersion, String kind) {
        assertThat(SmiKind.ofAnyVersion(apiVersion, kind)).isNull();
    }
}
