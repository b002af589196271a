package io.weir.controlplane.pods;

import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.smi.wellknown.Sidecar;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * With what an Envoy proves to the control plane who it is.
 *
 * @param files in the pod's credentials folder
 * @param bootstrap what of the injector's bootstrap is different for it
 */
record XdsProof(Map<String, String> files, UnaryOperator<String> bootstrap) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A token in a file, as the injector's bootstrap reads it. */
    static XdsProof token(String token) {
        return new XdsProof(
                Map.of("token", token, EnvoyBootstrap.TOKEN_FILE, EnvoyBootstrap.tokenSource()),
                UnaryOperator.identity());
    }

    /** Key and chain in one file, as the kubelet writes a pod certificate. */
    static XdsProof certificate(String bundle) {
        String place = Sidecar.CREDENTIALS_PATH + "/bundle.pem";
        String source = """
                {"resources": [{"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
                  "name": "weir-xds-certificate",
                  "tls_certificate": {"certificate_chain": {"filename": "%1$s"}, "private_key": {"filename": "%1$s"},
                    "watched_directory": {"path": "%2$s"}}}]}""".formatted(place, Sidecar.CREDENTIALS_PATH);
        return new XdsProof(Map.of("bundle.pem", bundle, "certificate.json", source), XdsProof::byCertificate);
    }

    /** No token is sent; the connection's own TLS shows the certificate. */
    private static String byCertificate(String bootstrap) {
        JsonNode tree = JSON.readTree(bootstrap);
        for (JsonNode cluster : tree.at("/static_resources/clusters")) {
            if (cluster.path("name").stringValue("").equals("weir-xds")) {
                for (JsonNode protocol : cluster.path("typed_extension_protocol_options")) {
                    ((ObjectNode) protocol).remove("http_filters");
                }
                ((ObjectNode) cluster.at("/transport_socket/typed_config/common_tls_context"))
                        .set("tls_certificate_sds_secret_configs", JSON.readTree("""
                                [{"name": "weir-xds-certificate", "sds_config": {"resource_api_version": "V3",
                                  "path_config_source": {"path": "%s/certificate.json"}}}]""".formatted(
                                        Sidecar.CREDENTIALS_PATH)));
            }
        }
        return JSON.writeValueAsString(tree);
    }
}
