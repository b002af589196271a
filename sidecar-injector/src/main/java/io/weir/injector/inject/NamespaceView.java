package io.weir.injector.inject;

import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the injector knows of a pod's namespace. */
public record NamespaceView(String name, Map<String, String> labels, Map<String, String> annotations) {

    private static final Set<String> CLUSTER = Set.of("kube-system", "kube-public", "kube-node-lease");

    public NamespaceView {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** One that wants sidecars, for pods whose namespace is not at hand. */
    public static NamespaceView enabled(String name) {
        return new NamespaceView(name, Map.of(Keys.INJECT, Keys.ENABLED), Map.of());
    }

    /** Null where it says nothing. The annotation is what its owner wrote; the label is a copy for the webhook's selector. */
    @Nullable
    String value(String key) {
        String annotation = annotations.get(key);
        return annotation == null ? labels.get(key) : annotation;
    }

    /** The cluster's own and Weir's own: what these run must start without Weir. */
    boolean system(InjectionSettings settings) {
        return CLUSTER.contains(name)
                || name.equals(Sidecar.SYSTEM_NAMESPACE)
                || name.equals(settings.mesh().systemNamespace());
    }

    /** A word that is no mode denies, as it does for the control plane. */
    public boolean denies(InjectionSettings settings) {
        String mode = value(Keys.MODE);
        if (mode == null) {
            return settings.mesh().deny();
        }
        return !mode.equals("permissive")
                || (settings.mesh().deny() && !settings.mesh().namespacesMayLoosen());
    }
}
