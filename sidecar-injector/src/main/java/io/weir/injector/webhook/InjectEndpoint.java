package io.weir.injector.webhook;

import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /inject}: gives a pod that is created its sidecar. Makes nothing, so a dry run is like any other. */
public final class InjectEndpoint implements WebhookEndpoint {

    private static final Logger log = LoggerFactory.getLogger(InjectEndpoint.class);

    private final Namespaces namespaces;
    private final InjectionSettings settings;
    private final Reviews reviews;

    /** What is known of namespaces. */
    @FunctionalInterface
    public interface Namespaces {

        /** @throws RuntimeException if that can't be told now */
        NamespaceView view(String name);
    }

    public InjectEndpoint(Namespaces namespaces, InjectionSettings settings, Reviews reviews) {
        this.namespaces = namespaces;
        this.settings = settings;
        this.reviews = reviews;
    }

    @Override
    public JsonNode answer(JsonNode review) {
        JsonNode request = AdmissionReviews.request(review);
        boolean created = request.path("operation").asString("").equals("CREATE")
                && request.path("subResource").asString("").isEmpty();
        if (!created || !(request.get("object") instanceof ObjectNode pod)) {
            return AdmissionReviews.allowed(request);
        }
        // Of the object only the request's own words count: it is told in which namespace, and by whom.
        String namespace = request.path("namespace").asString("");
        try {
            Injection injection = Injection.of(namespaces.view(namespace), pod, settings);
            reviews.decided(injection.decision());
            return injection.decision() instanceof Refuse refusal
                    ? AdmissionReviews.denied(
                            request,
                            422,
                            "Invalid",
                            "weir can't give pod " + namespace + "/" + name(pod) + " a sidecar: " + refusal.message())
                    : AdmissionReviews.patched(request, injection.patch());
        } catch (RuntimeException e) {
            reviews.failed();
            log.error("pod {}/{} could not be judged", namespace, name(pod), e);
            return AdmissionReviews.denied(
                    request,
                    500,
                    "InternalError",
                    "weir could not judge pod " + namespace + "/" + name(pod)
                            + ", and lets none without a sidecar into a namespace that wants them; try again, or see the log"
                            + " of deployment/weir-injector");
        }
    }

    private static String name(ObjectNode pod) {
        JsonNode metadata = pod.path("metadata");
        String name = metadata.path("name").asString("");
        return name.isEmpty() ? metadata.path("generateName").asString("") + "*" : name;
    }
}
