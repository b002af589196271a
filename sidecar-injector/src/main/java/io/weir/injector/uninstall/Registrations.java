package io.weir.injector.uninstall;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the API server is told to call Weir about every write or for a group of its API. */
public final class Registrations {

    private static final String MUTATING = "weir-injector";
    private static final String VALIDATING = "weir-smi";
    private static final List<String> API_SERVICES =
            List.of("v1alpha1.metrics.smi-spec.io", "v1alpha2.metrics.smi-spec.io");

    private final KubernetesClient client;
    private final String systemNamespace;

    /** @param systemNamespace where Weir runs */
    public Registrations(KubernetesClient client, String systemNamespace) {
        this.client = client;
        this.systemNamespace = systemNamespace;
    }

    /**
     * Deletes them: the API server would refuse what it can't ask about.
     *
     * @return those that were there, as {@code Kind name}
     */
    public List<String> delete() {
        List<String> deleted = new ArrayList<>();
        for (String name : API_SERVICES) {
            Resource<APIService> service = client.apiServices().withName(name);
            if (isOurs(service.get())) {
                delete("APIService " + name, service, deleted);
            }
        }
        delete(
                "ValidatingWebhookConfiguration " + VALIDATING,
                client.admissionRegistration()
                        .v1()
                        .validatingWebhookConfigurations()
                        .withName(VALIDATING),
                deleted);
        // The last: until then no pod of the mesh starts without its sidecar.
        delete(
                "MutatingWebhookConfiguration " + MUTATING,
                client.admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName(MUTATING),
                deleted);
        return deleted;
    }

    private static void delete(String what, Resource<?> resource, List<String> deleted) {
        List<StatusDetails> details = resource.delete();
        if (!details.isEmpty()) {
            deleted.add(what);
        }
    }

    private boolean isOurs(@Nullable APIService service) {
        return service != null
                && service.getSpec().getService() != null
                && systemNamespace.equals(service.getSpec().getService().getNamespace());
    }
}
