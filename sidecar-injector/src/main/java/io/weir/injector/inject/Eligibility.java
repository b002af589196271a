package io.weir.injector.inject;

import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Problem;
import io.weir.injector.inject.InjectionDecision.Reason;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionDecision.Skip;
import io.weir.smi.wellknown.InjectedSidecar.Interception;
import io.weir.smi.wellknown.InjectedSidecar.Style;
import io.weir.smi.wellknown.Keys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The admission table: whether a pod that has no sidecar gets one.
 *
 * @param namespace the pod's
 */
record Eligibility(NamespaceView namespace, PodTree pod, InjectionSettings settings) {

    /** Put on the API object of a static pod by its kubelet. */
    private static final String MIRROR = "kubernetes.io/config.mirror";

    InjectionDecision decide() {
        Reason unwanted = unwanted();
        if (unwanted != null) {
            return new Skip(unwanted);
        }
        Reason unable = unable();
        if (unable != null) {
            return new Skip(unable);
        }
        List<Problem> problems = new ArrayList<>(new Trespasses(pod).all());
        podWish(problems);
        AnnotationReader annotations = new AnnotationReader(pod, problems);
        PodOptions options = annotations.options(settings);
        boolean acknowledged = annotations.acknowledged();
        if (options.interception() == Interception.EXPLICIT && namespace.denies(settings) && !acknowledged) {
            problems.add(new Problem(
                    "metadata.annotations[" + Keys.INTERCEPTION + "]",
                    "the namespace is in deny mode, and nothing is enforced on connections to an explicit-proxy pod.",
                    "Remove the annotation, or add " + Keys.ACKNOWLEDGE_NOT_ENFORCED + ": \"true\" beside it."));
        }
        if (!problems.isEmpty()) {
            return new Refuse(problems);
        }
        return options.style() == Style.CLASSIC && completes()
                ? new Skip(Reason.RUNS_TO_COMPLETION)
                : new Inject(options);
    }

    private @Nullable Reason unwanted() {
        if (namespace.system(settings)) {
            return Reason.SYSTEM_NAMESPACE;
        }
        String wish = namespace.value(Keys.INJECT);
        if (wish == null) {
            return Reason.NAMESPACE_NOT_ENABLED;
        }
        return switch (wish) {
            case Keys.DISABLED -> Reason.NAMESPACE_DISABLED;
            case Keys.ENABLED -> Keys.DISABLED.equals(wish()) ? Reason.POD_DISABLED : null;
            default -> Reason.NAMESPACE_UNCLEAR;
        };
    }

    private @Nullable Reason unable() {
        JsonNode spec = pod.spec();
        if (pod.annotation(MIRROR) != null) {
            return Reason.MIRROR_POD;
        }
        if (spec.path("hostNetwork").asBoolean(false)) {
            return Reason.HOST_NETWORK;
        }
        if (spec.path("os").path("name").asString("").equals("windows")
                || spec.path("nodeSelector")
                        .path("kubernetes.io/os")
                        .asString("")
                        .equals("windows")) {
            return Reason.WINDOWS;
        }
        if (spec.path("dnsPolicy").asString("").equals("Default")
                && !settings.mesh().xdsHostIsAddress()) {
            return Reason.NO_CLUSTER_DNS;
        }
        return null;
    }

    /** Jobs' pods, and others that end when their containers have ended. */
    private boolean completes() {
        return !pod.spec().path("restartPolicy").asString("Always").equals("Always");
    }

    private void podWish(List<Problem> problems) {
        String wish = wish();
        if (wish != null && !wish.equals(Keys.ENABLED) && !wish.equals(Keys.DISABLED)) {
            String place = pod.annotation(Keys.INJECT) == null ? "labels" : "annotations";
            problems.add(new Problem(
                    "metadata." + place + "[" + Keys.INJECT + "]",
                    "'" + wish + "' is neither enabled nor disabled.",
                    "Write enabled or disabled, or remove it: the namespace is enabled."));
        }
    }

    private @Nullable String wish() {
        String annotation = pod.annotation(Keys.INJECT);
        return annotation == null ? pod.label(Keys.INJECT) : annotation;
    }
}
