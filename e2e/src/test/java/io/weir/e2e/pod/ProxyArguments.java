package io.weir.e2e.pod;

import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command line of an injected pod's proxy, as the kubelet makes it, for a machine without a kubelet.
 *
 * @param podIp its address
 * @param folder in the place of the pod's volumes
 */
record ProxyArguments(ObjectNode pod, String podIp, Path folder) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Kubernetes' rule: {@code $(NAME)} is the variable's value, two dollar signs are one. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([A-Z_]+)\\)");

    /**
     * Writes what the volumes would hold.
     *
     * @param controlPlane whether it shall wait for one; without, it serves what its bootstrap says
     */
    List<String> of(Path envoy, boolean controlPlane) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("token"), "abc");
        Files.writeString(folder.resolve("roots.pem"), TestCertificate.get().pem());
        TestCertificate certificate = TestCertificate.get();
        Files.writeString(folder.resolve(Sidecar.BUNDLE_FILE), certificate.bundle());
        Files.writeString(
                folder.resolve(EnvoyBootstrap.CERTIFICATE_FILE), here(annotation("weir.io/certificate-source")));
        Files.writeString(folder.resolve(EnvoyBootstrap.TOKEN_FILE), here(annotation("weir.io/token-source")));
        Files.writeString(folder.resolve(EnvoyBootstrap.ROOTS_FILE), here(annotation("weir.io/roots-source")));
        List<String> command = new ArrayList<>(List.of(envoy.toString()));
        for (JsonNode argument : proxy().get("args")) {
            command.add(here(expand(argument.asString())));
        }
        ObjectNode bootstrap = (ObjectNode) JSON.readTree(command.get(2));
        if (!controlPlane) {
            bootstrap.remove("dynamic_resources");
        }
        command.set(2, JSON.writeValueAsString(bootstrap));
        // The log says when it has started.
        command.replaceAll(argument -> argument.equals("warning") ? "info" : argument);
        return command;
    }

    Path adminSocket() {
        return folder.resolve("admin.sock");
    }

    private String expand(String argument) {
        Map<String, String> variables =
                Map.of("POD_IP", podIp, "POD_NAME", "web-0", "POD_NAMESPACE", "shop", "SERVICE_ACCOUNT", "web");
        return REFERENCE
                .matcher(argument)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null ? "$" : Objects.requireNonNull(variables.get(found.group(1)))));
    }

    private String here(String text) {
        return text.replace(Sidecar.CREDENTIALS_PATH, folder.toString())
                .replace(EnvoyBootstrap.RUN_FOLDER, folder.toString())
                // A name that only a cluster's DNS resolves.
                .replace("weir-control-plane.weir-system.svc.cluster.local.", "127.0.0.1");
    }

    private JsonNode proxy() {
        return Stream.of("initContainers", "containers")
                .flatMap(list -> pod.path("spec").path(list).valueStream())
                .filter(container -> container.path("name").asString("").equals(Sidecar.PROXY_CONTAINER))
                .findFirst()
                .orElseThrow();
    }

    private String annotation(String key) {
        return pod.path("metadata").path("annotations").path(key).asString();
    }

    /** For messages of failed tests. */
    static String readable(byte[] output) {
        return new String(output, StandardCharsets.UTF_8);
    }
}
