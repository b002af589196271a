package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.source.kubernetes.watch.Resource;
import io.weir.smi.SmiKind;
import org.jspecify.annotations.Nullable;

/** What is watched. SMI objects in the version they are stored in, so that no conversion stands between. */
enum Kind {
    NAMESPACE("Namespace", "/api/v1/namespaces", Extent.METADATA),
    SERVICE_ACCOUNT("ServiceAccount", "/api/v1/serviceaccounts", Extent.METADATA),
    SERVICE("Service", "/api/v1/services", Extent.WHOLE),
    ENDPOINT_SLICE("EndpointSlice", "/apis/discovery.k8s.io/v1/endpointslices", Extent.WHOLE),
    REPLICA_SET("ReplicaSet", "/apis/apps/v1/replicasets", Extent.METADATA),
    POD("Pod", "/api/v1/pods", Extent.WHOLE),
    TRAFFIC_TARGET(SmiKind.TRAFFIC_TARGET),
    HTTP_ROUTE_GROUP(SmiKind.HTTP_ROUTE_GROUP),
    TCP_ROUTE(SmiKind.TCP_ROUTE),
    UDP_ROUTE(SmiKind.UDP_ROUTE),
    TRAFFIC_SPLIT(SmiKind.TRAFFIC_SPLIT);

    /** Pods that have ended are no business of the mesh; a cluster may keep thousands of them. */
    private static final String NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed";

    private final String objectKind;
    private final String path;
    private final Extent extent;
    private final @Nullable SmiKind smi;

    /** How much of each object the API server is asked for. */
    enum Extent {
        WHOLE,
        METADATA
    }

    Kind(String objectKind, String path, Extent extent) {
        this.objectKind = objectKind;
        this.path = path;
        this.extent = extent;
        this.smi = null;
    }

    Kind(SmiKind smi) {
        this.objectKind = smi.kind();
        this.path = "/apis/" + smi.hubApiVersion() + "/" + smi.plural();
        this.extent = Extent.WHOLE;
        this.smi = smi;
    }

    String objectKind() {
        return objectKind;
    }

    /** Where the API server has it, in all namespaces. */
    Resource resource() {
        return at(path);
    }

    /** And in one namespace; not for a kind that is in none. */
    Resource within(String namespace) {
        int slash = path.lastIndexOf('/');
        return at(path.substring(0, slash) + "/namespaces/" + namespace + path.substring(slash));
    }

    private Resource at(String place) {
        return new Resource(
                objectKind,
                place,
                this == POD ? NOT_ENDED : null,
                switch (extent) {
                    case WHOLE -> Resource.Extent.WHOLE;
                    case METADATA -> Resource.Extent.METADATA;
                },
                smi == null ? Resource.Presence.BUILT_IN : Resource.Presence.INSTALLED);
    }

    /** Null for a kind of Kubernetes' own, which is always there. */
    @Nullable
    SmiKind smi() {
        return smi;
    }
}
