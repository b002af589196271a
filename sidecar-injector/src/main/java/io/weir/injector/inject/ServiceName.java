package io.weir.injector.inject;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The name of a pod's workload in traces: OpenTelemetry's semantic conventions for Kubernetes, "Service attributes". Of what
 * they name, all that a pod shows itself when it is made.
 */
final class ServiceName {

    private static final String ANNOTATION = "resource.opentelemetry.io/service.name";
    private static final String HASH = "pod-template-hash";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

    private ServiceName() {}

    /** Never empty, and nothing that would need to be quoted in a list of attributes. */
    static String of(PodTree pod) {
        return Stream.of(
                        pod.annotation(ANNOTATION),
                        pod.label("app.kubernetes.io/name"),
                        owner(pod),
                        pod.label("app"),
                        pod.root().path("metadata").path("name").asString(""),
                        pod.spec().path("serviceAccountName").asString(""))
                .filter(name -> name != null && NAME.matcher(name).matches())
                .findFirst()
                .orElse("default");
    }

    /** Of a ReplicaSet its Deployment, whose name it has with a hash behind it. */
    private static @Nullable String owner(PodTree pod) {
        String hash = pod.label(HASH);
        for (JsonNode owner : pod.root().path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                String name = owner.path("name").asString("");
                return hash != null && name.endsWith("-" + hash)
                        ? name.substring(0, name.length() - hash.length() - 1)
                        : name;
            }
        }
        return null;
    }
}
