package io.weir.controlplane.identity.podcert;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.model.ObjectRef;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CertificateRequestTest {

    private static final ObjectRef REF = new ObjectRef("PodCertificateRequest", "shop", "r");

    private static CertificateRequest read(String json) {
        return CertificateRequest.of(REF, (ObjectNode) JsonMapper.shared().readTree(json));
    }

    @Test
    void a_request_is_read_whole() {
        CertificateRequest request = read("""
                {"metadata": {"resourceVersion": "7"},
                 "spec": {"signerName": "weir.io/workload", "podName": "p", "podUID": "pu", "serviceAccountName": "s",
                          "serviceAccountUID": "su", "nodeName": "n", "nodeUID": "nu", "maxExpirationSeconds": 3600,
                          "stubPKCS10Request": "AAAA", "unverifiedUserAnnotations": {"b/b": "1", "a/a": "2"}}}""");
        assertThat(request.pod()).isEqualTo(new PodBinding("shop", "s", "su", "p", "pu", "n", "nu"));
        assertThat(request.longest()).isEqualTo(Duration.ofHours(1));
        assertThat(request.annotations()).containsExactly("a/a", "b/b");
        assertThat(request.resourceVersion()).isEqualTo("7");
        assertThat(request.state()).isEqualTo(CertificateRequest.State.OPEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"spec\": 1, \"status\": [], \"metadata\": \"x\"}",
                "{\"spec\": {\"podName\": {}, \"podUID\": [1], \"maxExpirationSeconds\": \"long\"}}",
                "{\"spec\": {\"maxExpirationSeconds\": 1e99, \"unverifiedUserAnnotations\": []}}",
                "{\"status\": {\"conditions\": {\"type\": 1}}}"
            })
    void an_object_of_any_shape_is_a_request_of_nobody(String json) {
        CertificateRequest request = read(json);
        assertThat(request.pod()).isEqualTo(new PodBinding("shop", "", "", "", "", "", ""));
        assertThat(request.longest()).isZero();
        assertThat(request.signer()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Issued", "Denied", "Failed"})
    void a_settled_request_is_known_as_such(String type) {
        assertThat(read("{\"status\": {\"conditions\": [{\"type\": \"" + type + "\"}]}}")
                        .state())
                .isEqualTo(CertificateRequest.State.SETTLED);
    }
}
