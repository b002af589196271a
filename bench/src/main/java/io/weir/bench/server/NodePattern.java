package io.weir.bench.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.Node;

/**
 * What the clients of any server say of themselves. In id and metadata {@value #NUMBER} is the client's number, from 0,
 * and {@value #ADDRESS} the last two parts of an IPv4 address that is the client's alone.
 *
 * @param cluster of all of them
 * @param metadata a JSON object
 */
public record NodePattern(String id, String cluster, String metadata) {

    static final String NUMBER = "%d";
    static final String ADDRESS = "%a";

    private static final int ADDRESSES_OF_A_NET = 250;

    /** @throws IllegalArgumentException if the metadata is not a JSON object */
    Node of(int client) {
        Struct.Builder struct = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(fill(metadata, client), struct);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a node's metadata: " + e.getMessage(), e);
        }
        return Clients.envoy()
                .setId(fill(id, client))
                .setCluster(cluster)
                .setMetadata(struct)
                .build();
    }

    private static String fill(String pattern, int client) {
        String address = client / ADDRESSES_OF_A_NET + "." + (client % ADDRESSES_OF_A_NET + 1);
        return pattern.replace(NUMBER, Integer.toString(client)).replace(ADDRESS, address);
    }
}
