package io.weir.injector.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.NamespaceView;
import io.weir.injector.smi.NamespaceModes;
import io.weir.injector.webhook.InjectEndpoint;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server each time: a pod is judged by what its namespace says now, not by what it said a moment ago. */
public final class ClusterNamespaces implements InjectEndpoint.Namespaces, NamespaceModes {

    private static final Logger log = LoggerFactory.getLogger(ClusterNamespaces.class);

    private final KubernetesClient client;
    private final InjectionSettings settings;

    public ClusterNamespaces(KubernetesClient client, InjectionSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    @Override
    public NamespaceView view(String name) {
        Namespace namespace = client.namespaces().withName(name).get();
        if (namespace == null) {
            throw new IllegalStateException("namespace " + name + " does not exist");
        }
        ObjectMeta metadata = namespace.getMetadata();
        return new NamespaceView(name, texts(metadata.getLabels()), texts(metadata.getAnnotations()));
    }

    private static Map<String, String> texts(Map<String, String> written) {
        return written == null ? Map.of() : written;
    }

    @Override
    public boolean permissive(String namespace) {
        try {
            return !view(namespace).denies(settings);
        } catch (KubernetesClientException | IllegalStateException away) {
            log.debug("the mode of namespace {} can't be told", namespace, away);
            return false;
        }
    }
}
