package io.weir.controlplane.identity.roots;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.smi.wellknown.Sidecar;
import java.net.HttpURLConnection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is published; whoever else wrote it is overruled. Used by one thread. */
final class Publications {

    private static final Logger log = LoggerFactory.getLogger(Publications.class);

    private static final String WEIR = "weir";

    private static final ResourceDefinitionContext TRUST_BUNDLES = new ResourceDefinitionContext.Builder()
            .withGroup("certificates.k8s.io")
            .withVersion("v1")
            .withKind("ClusterTrustBundle")
            .withPlural("clustertrustbundles")
            .withNamespaced(false)
            .build();

    private final KubernetesClient client;

    Publications(KubernetesClient client) {
        this.client = client;
    }

    void in(String namespace, String roots) {
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(Sidecar.ROOTS_CONFIG_MAP)
                .addToLabels("app.kubernetes.io/part-of", WEIR)
                .endMetadata()
                .addToData(Sidecar.ROOTS_KEY, roots)
                .build();
        try {
            client.resource(map).fieldManager(WEIR).forceConflicts().serverSideApply();
        } catch (KubernetesClientException e) {
            if (!isGoing(e)) {
                throw e;
            }
            log.debug("namespace {} is going", namespace);
        }
    }

    /** A namespace that is gone or being deleted takes nothing, and has no pod that starts. */
    private static boolean isGoing(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                        && String.valueOf(e.getMessage()).contains("is being terminated"));
    }

    /** Where the cluster has no such kind, there is nothing to do. */
    void bundle(String roots) {
        GenericKubernetesResource bundle = new GenericKubernetesResourceBuilder()
                .withApiVersion(TRUST_BUNDLES.getGroup() + "/" + TRUST_BUNDLES.getVersion())
                .withKind(TRUST_BUNDLES.getKind())
                .withNewMetadata()
                .withName(Sidecar.TRUST_BUNDLE)
                .addToLabels("app.kubernetes.io/part-of", WEIR)
                .endMetadata()
                .addToAdditionalProperties(
                        "spec", Map.of("signerName", Sidecar.POD_CERTIFICATE_SIGNER, "trustBundle", roots))
                .build();
        try {
            client.genericKubernetesResources(TRUST_BUNDLES)
                    .resource(bundle)
                    .fieldManager(WEIR)
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            log.debug("this cluster has no ClusterTrustBundle");
        }
    }
}
