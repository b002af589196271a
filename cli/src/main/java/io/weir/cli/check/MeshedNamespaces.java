package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.bootstrap.Credential;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which namespaces are in the mesh, and which of them are open to everybody. */
final class MeshedNamespaces implements Category {

    private final InjectionSettings settings;

    /** @param deny the mesh's mode */
    MeshedNamespaces(boolean deny) {
        this.settings = new InjectionSettings(
                "",
                new InjectionSettings.Mesh("cluster.local", Sidecar.SYSTEM_NAMESPACE, "", deny, false),
                new InjectionSettings.Images("", ""),
                true,
                Credential.TOKEN,
                InjectionSettings.Resources.usual());
    }

    @Override
    public String name() {
        return "weir-namespaces";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> checks = new ArrayList<>();
        for (Namespace namespace : client.namespaces().list().getItems()) {
            Map<String, String> labels = texts(namespace.getMetadata().getLabels());
            Map<String, String> annotations = texts(namespace.getMetadata().getAnnotations());
            String name = namespace.getMetadata().getName();
            String wish = annotations.get(Keys.INJECT);
            if (wish != null && !wish.equals(labels.get(Keys.INJECT))) {
                checks.add(
                        Check.warning(
                                "namespace " + name + " is labelled as its annotation says",
                                "its annotation says " + Keys.INJECT + "=" + wish + ", its label does not",
                                "the injector labels it within half a minute when it runs; the words are enabled and disabled"));
            }
            if (Keys.ENABLED.equals(wish == null ? labels.get(Keys.INJECT) : wish)) {
                checks.add(mode(new NamespaceView(name, labels, annotations)));
            }
        }
        return checks;
    }

    private Check mode(NamespaceView namespace) {
        String description = "namespace " + namespace.name() + " is guarded by TrafficTargets";
        return namespace.denies(settings)
                ? Check.good(description)
                : Check.warning(
                        description,
                        "it is permissive: everybody may call, and TrafficTargets there are not enforced",
                        "to guard it: kubectl label namespace " + namespace.name() + " " + Keys.MODE + "=deny");
    }

    private static Map<String, String> texts(Map<String, String> written) {
        return Objects.requireNonNullElse(written, Map.of());
    }
}
