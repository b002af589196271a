package io.weir.telemetry.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import io.weir.controlplane.source.kubernetes.watch.Resource;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whom to believe, as the cluster says at the moment: authorities of front proxies are replaced, and who read theirs once
 * would believe nobody from then on. A version that can't be read leaves the one before it in force.
 */
public final class RequestHeaderConfig implements AutoCloseable {

    static final String NAMESPACE = "kube-system";
    static final String NAME = "extension-apiserver-authentication";

    private static final Logger LOG = LoggerFactory.getLogger(RequestHeaderConfig.class);

    private static final Resource CONFIG_MAP = new Resource(
            "ConfigMap",
            "/api/v1/namespaces/" + NAMESPACE + "/configmaps",
            // The Role that the cluster has for this lets it be listed by its name only.
            "metadata.name=" + NAME,
            Resource.Extent.WHOLE,
            Resource.Presence.BUILT_IN);

    private final CountDownLatch unread = new CountDownLatch(1);
    private final KindInformer<RequestHeaderSettings> informer;
    private volatile CallerAuthentication current = CallerAuthentication.of(RequestHeaderSettings.NOBODY);

    private RequestHeaderConfig(KubernetesClient client, WatchOptions options) {
        informer = KindInformer.start(
                ApiServer.of(client, options), CONFIG_MAP, RequestHeaderConfig::decode, new KindInformer.Sink<>() {
                    @Override
                    public void changed(Map<ObjectRef, @Nullable RequestHeaderSettings> changes) {
                        changes.values().forEach(RequestHeaderConfig.this::use);
                    }

                    @Override
                    public void synced() {
                        unread.countDown();
                    }
                });
    }

    /** Starts to follow; the client stays its owner's, was made with http2Disable, and must be open until this is closed. */
    public static RequestHeaderConfig follow(KubernetesClient client, WatchOptions options) {
        return new RequestHeaderConfig(client, options);
    }

    private static RequestHeaderSettings decode(
            ObjectRef ref, ObjectNode object, @Nullable RequestHeaderSettings before) {
        TreeMap<String, String> data = new TreeMap<>();
        object.path("data").forEachEntry((key, value) -> data.put(key, value.asString("")));
        try {
            return RequestHeaderSettings.read(data);
        } catch (IllegalArgumentException e) {
            LOG.error("{} can't be read, what it said before stays in force: {}", ref, e.getMessage());
            return before == null ? RequestHeaderSettings.NOBODY : before;
        }
    }

    private void use(@Nullable RequestHeaderSettings settings) {
        RequestHeaderSettings next = settings == null ? RequestHeaderSettings.NOBODY : settings;
        LOG.info(
                "front proxies are believed by {} authorities",
                next.authorities().size());
        current = CallerAuthentication.of(next);
    }

    CallerAuthentication current() {
        return current;
    }

    /** Whether it was read once; nobody is believed before. */
    public boolean synced() {
        return unread.getCount() == 0;
    }

    /** Waits until it was; returns whether it was. */
    public boolean awaitSynced(Duration patience) throws InterruptedException {
        return unread.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        informer.close();
    }
}
