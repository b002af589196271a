package io.weir.injector.serving;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.smi.SmiKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of Weir's that the API server calls.
 *
 * @param service that it calls
 * @param secret with the program's certificates
 * @param places where it is told to do so
 */
public record ServedBy(String service, String secret, List<Place> places) {

    static final String MUTATING = "weir-injector";
    static final String VALIDATING = "weir-smi";

    private static final String ADMISSION = "admissionregistration.k8s.io";

    public ServedBy {
        places = List.copyOf(places);
    }

    /** An object with caBundles; of a kind in v1, in no namespace. */
    public record Place(String kind, String plural, String group, String name) {

        ResourceDefinitionContext context() {
            return new ResourceDefinitionContext.Builder()
                    .withGroup(group)
                    .withVersion("v1")
                    .withKind(kind)
                    .withPlural(plural)
                    .withNamespaced(false)
                    .build();
        }

        @Override
        public String toString() {
            return kind + " " + name;
        }
    }

    /** The injector: admission, and conversion of SMI objects. */
    public static ServedBy injector() {
        List<Place> places = new ArrayList<>();
        places.add(new Place("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", ADMISSION, MUTATING));
        places.add(
                new Place("ValidatingWebhookConfiguration", "validatingwebhookconfigurations", ADMISSION, VALIDATING));
        for (SmiKind kind : SmiKind.values()) {
            places.add(new Place(
                    "CustomResourceDefinition",
                    "customresourcedefinitions",
                    "apiextensions.k8s.io",
                    kind.plural() + "." + kind.group()));
        }
        return new ServedBy("weir-injector", "weir-injector-tls", places);
    }

    /** The metrics API, in its two versions. */
    public static ServedBy telemetry() {
        return new ServedBy(
                "weir-telemetry",
                "weir-telemetry-tls",
                List.of(apiService("v1alpha1.metrics.smi-spec.io"), apiService("v1alpha2.metrics.smi-spec.io")));
    }

    private static Place apiService(String name) {
        return new Place("APIService", "apiservices", "apiregistration.k8s.io", name);
    }
}
