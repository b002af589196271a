package io.weir.telemetry.model;

/**
 * The kinds that the SMI metrics API answers for.
 *
 * @see #plural()
 */
public enum ResourceKind {
    NAMESPACE("namespaces", "Namespace", false),
    NODE("nodes", "Node", false),
    POD("pods", "Pod", true),
    REPLICATION_CONTROLLER("replicationcontrollers", "ReplicationController", true),
    SERVICE("services", "Service", true),
    DAEMON_SET("daemonsets", "DaemonSet", true),
    DEPLOYMENT("deployments", "Deployment", true),
    REPLICA_SET("replicasets", "ReplicaSet", true),
    STATEFUL_SET("statefulsets", "StatefulSet", true),
    JOB("jobs", "Job", true),
    TRAFFIC_SPLIT("trafficsplits", "TrafficSplit", true);

    private final String plural;
    private final String kind;
    private final boolean namespaced;

    ResourceKind(String plural, String kind, boolean namespaced) {
        this.plural = plural;
        this.kind = kind;
        this.namespaced = namespaced;
    }

    /** As in paths: {@code deployments}. */
    public String plural() {
        return plural;
    }

    /** As in objects: {@code Deployment}. */
    public String kind() {
        return kind;
    }

    public boolean namespaced() {
        return namespaced;
    }
}
