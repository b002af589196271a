package io.weir.injector.serving;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.smi.SmiKind;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Wherever the API server is told to call the injector's Service, it is told by which roots it knows it. */
final class CaBundles {

    static final String MUTATING = "weir-injector";
    static final String VALIDATING = "weir-smi";

    private static final Logger log = LoggerFactory.getLogger(CaBundles.class);
    private static final String ADMISSION = "admissionregistration.k8s.io";
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final String namespace;
    private final String service;
    private final List<Place> places = new ArrayList<>();

    /** An object with caBundles. */
    private record Place(String kind, String plural, String group, String name) {

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

    CaBundles(KubernetesClient client, String namespace, String service) {
        this.client = client;
        this.namespace = namespace;
        this.service = service;
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
    }

    /**
     * Makes all of them true. One that isn't there needs none; one of another Service stays as it is.
     *
     * @param bundle asked after the object was read: so what is written is at least as new as what it replaces, and
     *     replicas never undo each other's writes
     * @return how many were false; those that another wrote meanwhile are among them, for another look
     */
    int correct(Supplier<String> bundle) {
        int corrected = 0;
        KubernetesClientException failure = null;
        for (Place place : places) {
            try {
                corrected += correct(place, bundle);
            } catch (KubernetesClientException e) {
                // One that may not be written must not keep the others from being true.
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return corrected;
    }

    private int correct(Place place, Supplier<String> bundle) {
        GenericKubernetesResource object = client.genericKubernetesResources(place.context())
                .withName(place.name())
                .get();
        if (object == null) {
            return 0;
        }
        Map<String, Map<?, ?>> configs = ours(object.getAdditionalProperties());
        if (configs.isEmpty()) {
            return 0;
        }
        String wanted = Base64.getEncoder().encodeToString(bundle.get().getBytes(StandardCharsets.US_ASCII));
        configs.values().removeIf(config -> wanted.equals(config.get("caBundle")));
        if (configs.isEmpty()) {
            return 0;
        }
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "test")
                .put("path", "/metadata/resourceVersion")
                .put("value", object.getMetadata().getResourceVersion());
        configs.keySet()
                .forEach(path -> patch.addObject()
                        .put("op", "add")
                        .put("path", path + "/caBundle")
                        .put("value", wanted));
        write(place, patch.toString());
        return 1;
    }

    private void write(Place place, String patch) {
        try {
            client.genericKubernetesResources(place.context())
                    .withName(place.name())
                    .patch(PatchContext.of(PatchType.JSON), patch);
            log.info("{} has the webhooks' roots", place);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
                    && e.getCode() != UNPROCESSABLE
                    && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            // Someone wrote it meanwhile.
        }
    }

    /** Each clientConfig that names the injector's Service, by its JSON pointer. */
    private Map<String, Map<?, ?>> ours(Map<String, Object> object) {
        Map<String, Map<?, ?>> configs = new LinkedHashMap<>();
        if (object.get("webhooks") instanceof List<?> webhooks) {
            for (int i = 0; i < webhooks.size(); i++) {
                add(configs, "/webhooks/" + i + "/clientConfig", at(webhooks.get(i), "clientConfig"));
            }
        }
        add(
                configs,
                "/spec/conversion/webhook/clientConfig",
                at(object.get("spec"), "conversion", "webhook", "clientConfig"));
        return configs;
    }

    private void add(Map<String, Map<?, ?>> configs, String path, Object config) {
        Object named = at(config, "service");
        if (config instanceof Map<?, ?> fields
                && service.equals(at(named, "name"))
                && namespace.equals(at(named, "namespace"))) {
            configs.put(path, fields);
        }
    }

    /** Empty text where there is nothing. */
    private static Object at(@Nullable Object tree, String... path) {
        Object at = tree == null ? "" : tree;
        for (String field : path) {
            Object next = at instanceof Map<?, ?> fields ? fields.get(field) : null;
            at = next == null ? "" : next;
        }
        return at;
    }

    /** Calls back whenever one of them changes; for the caller to close. */
    List<Watch> watch(Runnable changed, Runnable ended) {
        List<Watch> watches = new ArrayList<>();
        for (Place place : places) {
            watches.add(client.genericKubernetesResources(place.context())
                    .withName(place.name())
                    .watch(new Signal<>(changed, ended)));
        }
        return watches;
    }

    /** Says that something happened; what it is, is looked up. */
    record Signal<T>(Runnable changed, Runnable ended) implements Watcher<T> {

        @Override
        public void eventReceived(Action action, T object) {
            changed.run();
        }

        @Override
        public void onClose(WatcherException cause) {
            ended.run();
        }
    }
}
