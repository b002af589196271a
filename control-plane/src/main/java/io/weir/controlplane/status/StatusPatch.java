package io.weir.controlplane.status;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.status.Condition.Aspect;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes our conditions and no others: whoever else has some keeps them. */
final class StatusPatch {

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("weir")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final Map<SmiKind, ResourceDefinitionContext> contexts = new EnumMap<>(SmiKind.class);

    StatusPatch(KubernetesClient client) {
        this.client = client;
        for (SmiKind kind : SmiKind.values()) {
            contexts.put(
                    kind,
                    new ResourceDefinitionContext.Builder()
                            .withGroup(kind.group())
                            .withVersion(kind.hubVersion())
                            .withKind(kind.kind())
                            .withPlural(kind.plural())
                            .withNamespaced(true)
                            .build());
        }
    }

    /**
     * In the version that is stored, so that no conversion stands between.
     *
     * @param uid that the object must have: an object made anew is another one
     * @return the version of the object afterwards
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if it is gone, or the API server is away
     */
    long apply(SmiKind kind, ObjectRef object, String uid, Map<Aspect, Stored.Entry> conditions) {
        List<Map<String, Object>> written = new ArrayList<>();
        conditions.forEach((type, entry) -> written.add(written(type, entry)));
        GenericKubernetesResource patch = new GenericKubernetesResourceBuilder()
                .withApiVersion(kind.hubApiVersion())
                .withKind(kind.kind())
                .withNewMetadata()
                .withNamespace(object.namespace())
                .withName(object.name())
                .withUid(uid)
                .endMetadata()
                .addToAdditionalProperties("status", Map.of("conditions", written))
                .build();
        GenericKubernetesResource after = client.genericKubernetesResources(
                        Objects.requireNonNull(contexts.get(kind), "every kind has one"))
                .inNamespace(object.namespace())
                .resource(patch)
                .subresource("status")
                .patch(APPLY, patch);
        return Stored.version(after.getMetadata().getResourceVersion());
    }

    private static Map<String, Object> written(Aspect type, Stored.Entry entry) {
        Map<String, Object> condition = new LinkedHashMap<>();
        condition.put("type", type.word());
        condition.put("status", entry.status());
        condition.put("observedGeneration", entry.generation());
        condition.put("lastTransitionTime", entry.since());
        condition.put("reason", entry.reason());
        condition.put("message", entry.message());
        return condition;
    }
}
