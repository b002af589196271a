package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import java.time.Duration;

/**
 * How a cluster is followed.
 *
 * @param watch how each kind is
 * @param pace the shortest time between two states: a change after a quiet time is published at once, those that follow
 *     it are gathered
 */
public record KubernetesOptions(WatchOptions watch, Duration pace) {

    /** As a control plane runs. */
    public static KubernetesOptions defaults() {
        return new KubernetesOptions(WatchOptions.defaults(), Duration.ofMillis(50));
    }
}
