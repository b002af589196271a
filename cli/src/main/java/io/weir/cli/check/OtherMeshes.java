package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What else in the cluster gives pods sidecars, or acts on SMI objects. */
final class OtherMeshes implements Category {

    /** Beginnings of names of webhook configurations that inject sidecars. */
    private static final Map<String, String> INJECTORS = Map.of(
            "istio-sidecar-injector", "Istio",
            "istio-revision-tag", "Istio",
            "linkerd-proxy-injector", "Linkerd",
            "osm-webhook", "Open Service Mesh",
            "kuma-admission-mutating", "Kuma",
            "consul-connect-injector", "Consul",
            "consul-consul-connect-injector", "Consul",
            "traefik-mesh", "Traefik Mesh");

    /** Deployments that act on SMI objects. */
    private static final Map<String, String> CONTROLLERS = Map.of(
            "osm-controller", "Open Service Mesh",
            "smi-adaptor", "linkerd-smi",
            "smi-adapter-istio", "SMI adapter for Istio",
            "consul-smi-controller", "Consul's SMI controller",
            "traefik-mesh-controller", "Traefik Mesh",
            "maesh-controller", "Maesh");

    private static final List<String> API_SERVICES =
            List.of("v1alpha1.metrics.smi-spec.io", "v1alpha2.metrics.smi-spec.io");

    private final String systemNamespace;

    OtherMeshes(String systemNamespace) {
        this.systemNamespace = systemNamespace;
    }

    @Override
    public String name() {
        return "other-meshes";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> found = new ArrayList<>();
        client.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems().stream()
                .map(configuration -> configuration.getMetadata().getName())
                .forEach(name -> INJECTORS.forEach((prefix, mesh) -> {
                    if (name.startsWith(prefix)) {
                        found.add(Check.warning(
                                "no other mesh gives pods sidecars",
                                mesh + " does (MutatingWebhookConfiguration " + name + ")",
                                "let no namespace be labelled for both; move one namespace after the other"));
                    }
                }));
        client.apps().deployments().inAnyNamespace().list().getItems().stream()
                .filter(deployment -> !deployment.getMetadata().getNamespace().equals(systemNamespace))
                .forEach(deployment -> controller(deployment, found));
        API_SERVICES.forEach(
                name -> metrics(name, client.apiServices().withName(name).get(), found));
        return found.isEmpty()
                ? List.of(
                        Check.good("no other mesh gives pods sidecars or acts on SMI objects, of those that are known"))
                : found;
    }

    /** Helm takes over no object that is not of its release. */
    private void metrics(String name, @Nullable APIService service, List<Check> found) {
        if (service != null
                && service.getSpec().getService() != null
                && !systemNamespace.equals(service.getSpec().getService().getNamespace())) {
            found.add(Check.error(
                    "nobody else serves SMI's metrics",
                    "APIService " + name + " leads to Service "
                            + service.getSpec().getService().getNamespace() + "/"
                            + service.getSpec().getService().getName(),
                    "end that program and delete the APIService; or install with telemetry.enabled=false"));
        }
    }

    private static void controller(Deployment deployment, List<Check> found) {
        String mesh = CONTROLLERS.get(deployment.getMetadata().getName());
        if (mesh != null) {
            found.add(
                    Check.warning(
                            "nobody else acts on SMI objects",
                            mesh + " does (Deployment "
                                    + deployment.getMetadata().getNamespace() + "/"
                                    + deployment.getMetadata().getName() + ")",
                            "it keeps acting on the same objects for the pods of its own mesh; end it when the last of them moved"));
        }
    }
}
