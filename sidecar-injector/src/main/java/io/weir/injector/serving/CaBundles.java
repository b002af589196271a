package io.weir.injector.serving;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.weir.injector.serving.ServedBy.Place;
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

/** Wherever the API server is told to call the program's Service, it is told by which roots it knows it. */
final class CaBundles {

    private static final Logger log = LoggerFactory.getLogger(CaBundles.class);
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final String namespace;
    private final ServedBy served;

    CaBundles(KubernetesClient client, String namespace, ServedBy served) {
        this.client = client;
        this.namespace = namespace;
        this.served = served;
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
        for (Place place : served.places()) {
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
            log.info("{} has the roots of {}", place, served.service());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
                    && e.getCode() != UNPROCESSABLE
                    && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            // Someone wrote it meanwhile.
        }
    }

    /** Each clientConfig that names the program's Service, by its JSON pointer. */
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
        // Of an APIService.
        add(configs, "/spec", at(object, "spec"));
        return configs;
    }

    private void add(Map<String, Map<?, ?>> configs, String path, Object config) {
        Object named = at(config, "service");
        if (config instanceof Map<?, ?> fields
                && served.service().equals(at(named, "name"))
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
        for (Place place : served.places()) {
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
