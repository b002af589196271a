package io.weir.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectionSettingsTest {

    @ParameterizedTest
    @CsvSource({"1,28,false", "1,29,true", "1,37,true", "2,0,true"})
    void native_sidecars_came_with_1_29(int major, int minor, boolean expected) {
        assertThat(InjectionSettings.nativeSidecarsIn(major, minor)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1,36,false", "1,37,true", "2,0,true"})
    void pod_certificates_came_with_1_37(int major, int minor, boolean expected) {
        assertThat(InjectionSettings.podCertificatesIn(major, minor)).isEqualTo(expected);
    }

    @Test
    void the_control_plane_is_found_without_search_domains() {
        assertThat(InjectionSettings.Mesh.xdsHost("weir-system", "cluster.local"))
                .isEqualTo("weir-control-plane.weir-system.svc.cluster.local.");
    }

    @ParameterizedTest
    @CsvSource({"10.96.0.1,true", "fd00::1,true", "::1,true", "weir-control-plane.weir-system.svc,false", "cafe,false"})
    void an_address_needs_no_dns(String host, boolean expected) {
        assertThat(new InjectionSettings.Mesh("t", "s", host, true, true).xdsHostIsAddress())
                .isEqualTo(expected);
    }
}
