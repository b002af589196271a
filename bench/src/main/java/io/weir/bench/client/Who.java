package io.weir.bench.client;

import io.envoyproxy.envoy.config.core.v3.Node;
import org.jspecify.annotations.Nullable;

/**
 * Who a client says it is, and how it proves it.
 *
 * @param node as an Envoy tells it
 * @param token sent as a bearer token; null: none
 */
public record Who(Node node, @Nullable String token) {

    @Override
    public String toString() {
        return "Who[" + node.getId() + "]";
    }
}
