package io.weir.bench.client;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The requests of one client, encoded as Envoy words them. */
final class Requests {

    private final Protocol protocol;
    private final Node node;
    private final Target.Nodes nodes;
    private boolean introduced;

    Requests(Protocol protocol, Who who, Target target) {
        this.protocol = protocol;
        this.node = who.node();
        this.nodes = target.nodes();
    }

    /** Asks for a kind for the first time on a stream; {@code versions} are those of an earlier stream. */
    byte[] first(Kind kind, Collection<String> names, Map<String, String> versions) {
        return switch (protocol) {
            case DELTA ->
                delta(kind)
                        .addAllResourceNamesSubscribe(kind.isWildcard() ? List.of() : names)
                        .putAllInitialResourceVersions(versions)
                        .build()
                        .toByteArray();
            case STATE_OF_THE_WORLD -> whole(kind, names).build().toByteArray();
        };
    }

    /** Asks for more, or less. */
    byte[] more(Kind kind, Holding holding, Collection<String> added, Collection<String> dropped) {
        return switch (protocol) {
            case DELTA ->
                delta(kind)
                        .addAllResourceNamesSubscribe(added)
                        .addAllResourceNamesUnsubscribe(dropped)
                        .build()
                        .toByteArray();
            case STATE_OF_THE_WORLD -> {
                DiscoveryRequest.Builder request = whole(kind, holding.names()).setVersionInfo(holding.version());
                yield request.setResponseNonce(holding.nonce()).build().toByteArray();
            }
        };
    }

    /** Says that a response was taken. */
    byte[] accept(Kind kind, Holding holding) {
        return switch (protocol) {
            case DELTA -> delta(kind).setResponseNonce(holding.nonce()).build().toByteArray();
            case STATE_OF_THE_WORLD ->
                whole(kind, kind.isWildcard() ? List.of() : holding.names())
                        .setVersionInfo(holding.version())
                        .setResponseNonce(holding.nonce())
                        .build()
                        .toByteArray();
        };
    }

    private DeltaDiscoveryRequest.Builder delta(Kind kind) {
        DeltaDiscoveryRequest.Builder request =
                DeltaDiscoveryRequest.newBuilder().setTypeUrl(kind.typeUrl());
        return saysWho() ? request.setNode(node) : request;
    }

    private DiscoveryRequest.Builder whole(Kind kind, Collection<String> names) {
        DiscoveryRequest.Builder request =
                DiscoveryRequest.newBuilder().setTypeUrl(kind.typeUrl()).addAllResourceNames(names);
        return saysWho() ? request.setNode(node) : request;
    }

    private boolean saysWho() {
        boolean says = !introduced || nodes == Target.Nodes.EVERY_MESSAGE;
        introduced = true;
        return says;
    }
}
