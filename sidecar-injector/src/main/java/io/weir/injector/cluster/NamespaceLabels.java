package io.weir.injector.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.weir.injector.inject.NamespaceLabel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Makes good what the namespace webhook missed, which fails open: a namespace whose annotation was written while no injector
 * ran. Each replica does so; what they write is the same.
 */
public final class NamespaceLabels implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NamespaceLabels.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNode UNKNOWN = JsonNodeFactory.instance.missingNode();

    private final KubernetesClient client;
    private final Duration pause;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private NamespaceLabels(KubernetesClient client, Duration pause) {
        this.client = client;
        this.pause = pause;
        this.thread = Thread.ofVirtual().name("namespace-labels").unstarted(this::run);
    }

    /** @param pause between two looks at all namespaces */
    public static NamespaceLabels start(KubernetesClient client, Duration pause) {
        NamespaceLabels labels = new NamespaceLabels(client, pause);
        labels.thread.start();
        return labels;
    }

    private void run() {
        try {
            do {
                try {
                    client.namespaces().list().getItems().forEach(this::correct);
                } catch (KubernetesClientException e) {
                    log.warn("namespaces can't be looked at now: {}", e.getMessage());
                }
            } while (!end.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void correct(Namespace namespace) {
        JsonNode tree = JSON.readTree(client.getKubernetesSerialization().asJson(namespace));
        if (NamespaceLabel.of(tree, UNKNOWN) instanceof NamespaceLabel.Put(String value)) {
            String name = namespace.getMetadata().getName();
            String patch = JSON.writeValueAsString(JsonNodeFactory.instance
                    .objectNode()
                    .set(
                            "metadata",
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .set(
                                            "labels",
                                            JsonNodeFactory.instance
                                                    .objectNode()
                                                    .put(NamespaceLabel.KEY, value))));
            client.namespaces().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            log.info("namespace {} is labelled {}={}, as its annotation says", name, NamespaceLabel.KEY, value);
        }
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
