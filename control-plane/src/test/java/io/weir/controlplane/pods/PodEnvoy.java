package io.weir.controlplane.pods;

import io.weir.controlplane.model.Workload;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.pods.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Puts an Envoy into a pod, as its own user and with files of its own, as a container would have. */
record PodEnvoy(Path binary, Path folder, PodControlPlane controlPlane, String xdsHost) {

    private static final String READY = "LIVE";

    void start(Pod pod, Workload workload) throws IOException {
        Path files = Files.createDirectory(folder.resolve(pod.name().replace('/', '.')));
        // The word Bearer is there because Envoy 1.36 can't add it.
        Files.writeString(files.resolve("token"), "Bearer " + controlPlane.token(workload));
        Files.copy(controlPlane.roots(), files.resolve("roots.pem"));
        Files.writeString(files.resolve("token.json"), """
                {"resources": [{"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
                  "name": "weir-xds-token", "generic_secret": {"secret": {"filename": "/run/credentials/token"}}}]}""");
        Files.writeString(files.resolve("roots.json"), """
                {"resources": [{"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
                  "name": "weir-xds-roots",
                  "validation_context": {"trusted_ca": {"filename": "/run/credentials/roots.pem"}}}]}""");
        pod.run("""
                set -e
                mount -t tmpfs tmpfs /run
                mkdir /run/weir
                cp -r '%1$s' /run/credentials
                touch /run/envoy
                mount --bind '%2$s' /run/envoy
                chown -R %3$d:%3$d /run/weir /run/credentials
                """.formatted(files, binary, Sidecar.UID));
        String user = Integer.toString(Sidecar.UID);
        pod.start(
                List.of(
                        "setpriv",
                        "--reuid=" + user,
                        "--regid=" + user,
                        "--clear-groups",
                        "--bounding-set=-all",
                        "--inh-caps=-all",
                        "--no-new-privs",
                        "/run/envoy",
                        "--config-yaml",
                        bootstrap(workload),
                        "--concurrency",
                        "2",
                        "--use-dynamic-base-id",
                        "-l",
                        "info"),
                log(pod));
    }

    Path log(Pod pod) {
        return folder.resolve(pod.name().replace('/', '.') + ".log");
    }

    /** Whether it has all that it needs to serve. */
    boolean isReady(Pod pod) throws IOException {
        return admin(pod, "ready").startsWith(READY);
    }

    String admin(Pod pod, String path) throws IOException {
        return pod.ask(
                        "run",
                        Map.of(
                                "argv",
                                List.of("curl", "-s", "--unix-socket", "/run/weir/admin.sock", "http://envoy/" + path)))
                .get("output")
                .asString();
    }

    private String bootstrap(Workload workload) {
        return """
                node: {id: "%1$s", cluster: "%2$s"}
                admin: {address: {pipe: {path: /run/weir/admin.sock, mode: 384}}}
                dynamic_resources:
                  ads_config:
                    api_type: DELTA_GRPC
                    transport_api_version: V3
                    grpc_services: [{envoy_grpc: {cluster_name: weir-xds}}]
                  cds_config: {resource_api_version: V3, initial_fetch_timeout: 0s, ads: {}}
                  lds_config: {resource_api_version: V3, initial_fetch_timeout: 0s, ads: {}}
                static_resources:
                  clusters:
                  - name: weir-xds
                    type: STATIC
                    load_assignment:
                      cluster_name: weir-xds
                      endpoints:
                      - lb_endpoints:
                        - endpoint: {address: {socket_address: {address: "%3$s", port_value: %4$d}}}
                    transport_socket:
                      name: envoy.transport_sockets.tls
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                        sni: "%5$s"
                        common_tls_context:
                          tls_params: {tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: TLSv1_3}
                          alpn_protocols: [h2]
                          combined_validation_context:
                            default_validation_context:
                              match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: "%5$s"}}]
                            validation_context_sds_secret_config:
                              name: weir-xds-roots
                              sds_config: {resource_api_version: V3, path_config_source: {path: /run/credentials/roots.json}}
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                        explicit_http_config: {http2_protocol_options: {}}
                        http_filters:
                        - name: envoy.filters.http.credential_injector
                          typed_config:
                            "@type": type.googleapis.com/envoy.extensions.filters.http.credential_injector.v3.CredentialInjector
                            overwrite: true
                            credential:
                              name: envoy.http.injected_credentials.generic
                              typed_config:
                                "@type": type.googleapis.com/envoy.extensions.http.injected_credentials.generic.v3.Generic
                                credential:
                                  name: weir-xds-token
                                  sds_config: {resource_api_version: V3, path_config_source: {path: /run/credentials/token.json}}
                        - name: envoy.filters.http.upstream_codec
                          typed_config:
                            "@type": type.googleapis.com/envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec
                """.formatted(
                        workload.key(), workload.identity(), xdsHost, controlPlane.port(), controlPlane.serverName());
    }
}
