package io.weir.injector.inject;

import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.InjectedSidecar.Interception;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Takes the sidecar out of a pod, and puts back what injection replaced. */
public final class Uninjection {

    private Uninjection() {}

    /** @param pod a pod or the template of one, which stays as it is; without a sidecar, that comes back */
    public static ObjectNode of(ObjectNode pod) {
        InjectedSidecar sidecar = sidecar(new PodTree(pod));
        return sidecar == null ? pod : restored(pod, sidecar).root();
    }

    /** What the pod says its sidecar is; null unless it has the annotation and the containers. */
    static @Nullable InjectedSidecar sidecar(PodTree pod) {
        boolean proxy = pod.entry(PodTree.CONTAINERS, Sidecar.PROXY_CONTAINER) != null
                || pod.entry(PodTree.INIT_CONTAINERS, Sidecar.PROXY_CONTAINER) != null;
        InjectedSidecar said = proxy ? InjectedSidecar.parse(pod.annotation(Keys.SIDECAR)) : null;
        boolean lacksRules = said != null
                && said.interception() == Interception.REDIRECT
                && pod.entry(PodTree.INIT_CONTAINERS, Sidecar.INIT_CONTAINER) == null;
        return lacksRules ? null : said;
    }

    static PodTree restored(ObjectNode pod, InjectedSidecar sidecar) {
        PodTree plain = PodTree.copyOf(pod);
        for (String list : List.of(PodTree.INIT_CONTAINERS, PodTree.CONTAINERS)) {
            plain.remove(list, Sidecar.INIT_CONTAINER);
            plain.remove(list, Sidecar.PROXY_CONTAINER);
        }
        plain.remove(PodTree.VOLUMES, Sidecar.CREDENTIALS_VOLUME);
        plain.remove(PodTree.VOLUMES, Sidecar.RUN_VOLUME);
        Handlers.restore(plain, sidecar.original());
        Annotations.restore(plain, sidecar.original());
        plain.annotate(Keys.SIDECAR, null);
        SidecarContainers.SOURCES.forEach(key -> plain.annotate(key, null));
        if (plain.root().path("metadata") instanceof ObjectNode metadata) {
            dropIfEmpty(metadata, "annotations");
            dropIfEmpty(plain.root(), "metadata");
        }
        Emptiness.restore(plain, sidecar.original());
        return plain;
    }

    private static void dropIfEmpty(ObjectNode parent, String field) {
        if (parent.path(field).isEmpty()) {
            parent.remove(field);
        }
    }
}
