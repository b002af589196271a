package io.weir.controlplane.identity.podcert;

import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.model.ObjectRef;
import java.time.Duration;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A PodCertificateRequest as it stands.
 *
 * @param pod whom it says it is for
 * @param longest life that was asked for
 * @param pkcs10 in base64
 * @param annotations keys that the pod's author added for the signer
 */
record CertificateRequest(
        ObjectRef ref,
        String resourceVersion,
        State state,
        String signer,
        PodBinding pod,
        Duration longest,
        String pkcs10,
        SortedSet<String> annotations) {

    static final String KIND = "PodCertificateRequest";

    private static final Set<String> FINAL = Set.of("Issued", "Denied", "Failed");

    /** Whether something is to be done. */
    enum State {
        OPEN,
        /** It has its certificate, or was refused one; that stays so. */
        SETTLED
    }

    /** Never throws, whatever the object: what is missing is empty, and refused for that. */
    static CertificateRequest of(ObjectRef ref, ObjectNode object) {
        JsonNode spec = object.path("spec");
        boolean settled = object.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(condition -> FINAL.contains(condition.path("type").stringValue("")));
        PodBinding pod = new PodBinding(
                ref.namespace(),
                text(spec, "serviceAccountName"),
                text(spec, "serviceAccountUID"),
                text(spec, "podName"),
                text(spec, "podUID"),
                text(spec, "nodeName"),
                text(spec, "nodeUID"));
        JsonNode longest = spec.path("maxExpirationSeconds");
        return new CertificateRequest(
                ref,
                text(object.path("metadata"), "resourceVersion"),
                settled ? State.SETTLED : State.OPEN,
                text(spec, "signerName"),
                pod,
                Duration.ofSeconds(longest.canConvertToInt() ? longest.intValue() : 0),
                text(spec, "stubPKCS10Request"),
                new TreeSet<>(spec.path("unverifiedUserAnnotations").propertyNames()));
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).stringValue("");
    }
}
