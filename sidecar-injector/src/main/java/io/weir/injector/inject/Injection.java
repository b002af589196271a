package io.weir.injector.inject;

import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Problem;
import io.weir.injector.inject.InjectionDecision.Reason;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionDecision.Skip;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.EnumSet;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of a pod, and the pod then.
 *
 * @param before the pod, or the template of one
 * @param after with its sidecar; or with the reason why it has none; or, where it is refused or needs no change, the same
 */
public record Injection(InjectionDecision decision, ObjectNode before, ObjectNode after) {

    private static final EnumSet<DiffFlags> PLAIN =
            EnumSet.of(DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.OMIT_COPY_OPERATION, DiffFlags.OMIT_VALUE_ON_REMOVE);

    private static final Problem OTHER_INTERCEPTION = new Problem(
            "metadata.annotations[" + Keys.SIDECAR + "]",
            "the pod's sidecar intercepts in another way than " + Keys.INTERCEPTION + " says.",
            "Take the sidecar out with weir uninject; a new one is put in.");

    /**
     * Decides and injects. What comes out, put in again, comes out unchanged.
     *
     * @param pod stays as it is
     */
    public static Injection of(NamespaceView namespace, ObjectNode pod, InjectionSettings settings) {
        InjectedSidecar present = Uninjection.sidecar(new PodTree(pod));
        if (present != null) {
            return revisit(namespace, pod, present, settings);
        }
        PodTree plain = new PodTree(pod);
        InjectionDecision decision = new Eligibility(namespace, plain, settings).decide();
        return switch (decision) {
            case Inject(PodOptions options) ->
                new Injection(
                        decision,
                        pod,
                        SidecarPod.of(plain, options, settings).pod().root());
            case Skip(Reason reason) -> new Injection(decision, pod, skipped(pod, reason));
            case Refuse _ -> new Injection(decision, pod, pod);
        };
    }

    /** A JSON patch (RFC 6902) from {@link #before} to {@link #after}; empty where they are the same. */
    public JsonNode patch() {
        return JsonDiff.asJson(before, after, PLAIN);
    }

    private static ObjectNode skipped(ObjectNode pod, Reason reason) {
        return switch (reason) {
            // A mirror pod can't be changed; what the cluster runs on is left alone altogether.
            case MIRROR_POD, SYSTEM_NAMESPACE, ALREADY_INJECTED -> pod;
            default -> {
                PodTree marked = PodTree.copyOf(pod);
                marked.annotate(Keys.INJECT_SKIPPED, reason.text());
                yield marked.root();
            }
        };
    }

    /**
     * A pod that has a sidecar: other webhooks may have added containers since, whose probes and UDP ports the sidecar must
     * know. What else they did to the sidecar stays. One of another version stays as it is: it works as that version said.
     */
    private static Injection revisit(
            NamespaceView namespace, ObjectNode pod, InjectedSidecar present, InjectionSettings settings) {
        PodTree plain = Uninjection.restored(pod, present);
        Injection unchanged = new Injection(new Skip(Reason.ALREADY_INJECTED), pod, pod);
        InjectionDecision decision = new Eligibility(namespace, plain, settings).decide();
        return switch (decision) {
            case Skip _ -> unchanged;
            case Refuse _ -> new Injection(decision, pod, pod);
            // Who may write annotations must not get by them what the way to intercept is refused for.
            case Inject(PodOptions options)
            when options.interception() != present.interception() ->
                new Injection(new Refuse(List.of(OTHER_INTERCEPTION)), pod, pod);
            case Inject(PodOptions options) -> {
                SidecarPod fresh = SidecarPod.of(
                        plain,
                        options.as(present.style(), present.interception()),
                        settings.with(SidecarContainers.credential(new PodTree(pod))));
                yield fresh.sidecar().equals(present) || !present.version().equals(settings.version())
                        ? unchanged
                        : new Injection(decision, pod, keepingOurs(fresh.pod(), new PodTree(pod)));
            }
        };
    }

    private static ObjectNode keepingOurs(PodTree fresh, PodTree present) {
        for (String list : List.of(PodTree.INIT_CONTAINERS, PodTree.CONTAINERS)) {
            keep(fresh, present, list, Sidecar.PROXY_CONTAINER);
            keep(fresh, present, list, Sidecar.INIT_CONTAINER);
        }
        keep(fresh, present, PodTree.VOLUMES, Sidecar.CREDENTIALS_VOLUME);
        keep(fresh, present, PodTree.VOLUMES, Sidecar.RUN_VOLUME);
        return fresh.root();
    }

    /** The entry as it is in the pod, but with the new arguments. */
    private static void keep(PodTree fresh, PodTree present, String list, String name) {
        ObjectNode kept = present.entry(list, name);
        if (kept == null || !(fresh.spec().path(list) instanceof ArrayNode array)) {
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            JsonNode made = array.get(i);
            if (PodTree.name(made).equals(name)) {
                ObjectNode entry = kept.deepCopy();
                if (made.has("args")) {
                    entry.set("args", made.get("args"));
                }
                array.set(i, entry);
            }
        }
    }
}
