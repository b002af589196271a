package io.weir.cli.stat;

import io.weir.telemetry.model.ResourceKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind, or one object of it, as kubectl takes them: {@code deployments}, {@code deploy/web}.
 *
 * @param name null: all of the kind
 */
public record Target(ResourceKind kind, @Nullable String name) {

    /** How targets are spelled, for messages. */
    public static final String KINDS =
            "deployments, pods, namespaces, services, trafficsplits, statefulsets, daemonsets,"
                    + " replicasets, jobs, replicationcontrollers or nodes";

    private static final Map<ResourceKind, List<String>> SHORT = Map.of(
            ResourceKind.NAMESPACE, List.of("ns"),
            ResourceKind.NODE, List.of("no"),
            ResourceKind.POD, List.of("po"),
            ResourceKind.REPLICATION_CONTROLLER, List.of("rc"),
            ResourceKind.SERVICE, List.of("svc"),
            ResourceKind.DAEMON_SET, List.of("ds"),
            ResourceKind.DEPLOYMENT, List.of("deploy"),
            ResourceKind.REPLICA_SET, List.of("rs"),
            ResourceKind.STATEFUL_SET, List.of("sts"),
            ResourceKind.TRAFFIC_SPLIT, List.of("ts"));

    /** Null if it is not written so. */
    public static @Nullable Target parse(String text) {
        int slash = text.indexOf('/');
        String name = slash < 0 ? null : text.substring(slash + 1);
        if (name != null && !name.matches("[a-z0-9]([-.a-z0-9]*[a-z0-9])?")) {
            return null;
        }
        String word = (slash < 0 ? text : text.substring(0, slash)).toLowerCase(Locale.ROOT);
        // As kubectl prints names: deployment.apps/web.
        int dot = word.indexOf('.');
        String bare = dot < 0 ? word : word.substring(0, dot);
        for (ResourceKind kind : ResourceKind.values()) {
            if (bare.equals(kind.plural())
                    || bare.equals(kind.kind().toLowerCase(Locale.ROOT))
                    || SHORT.getOrDefault(kind, List.of()).contains(bare)) {
                return new Target(kind, name);
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name == null ? kind.plural() : kind.kind().toLowerCase(Locale.ROOT) + "/" + name;
    }
}
