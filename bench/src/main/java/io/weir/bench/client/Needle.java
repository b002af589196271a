package io.weir.bench.client;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import java.util.Arrays;

/** Bytes to be found in responses (Horspool's search). */
public final class Needle {

    private final byte[] bytes;
    private final int[] skip = new int[256];

    private Needle(byte[] bytes) {
        this.bytes = bytes;
        Arrays.fill(skip, bytes.length);
        for (int i = 0; i < bytes.length - 1; i++) {
            skip[bytes[i] & 255] = bytes.length - 1 - i;
        }
    }

    /** A backend's weight as it is in a route, whatever is around it. */
    public static Needle weight(String cluster, int weight) {
        return new Needle(ClusterWeight.newBuilder()
                .setName(cluster)
                .setWeight(UInt32Value.of(weight))
                .build()
                .toByteArray());
    }

    /** A weight as it is in any message of Envoy's API, whatever has it: a UInt32Value that is a field. */
    public static Needle weight(int weight) {
        byte[] value = UInt32Value.of(weight).toByteArray();
        byte[] bytes = new byte[value.length + 1];
        bytes[0] = (byte) value.length;
        System.arraycopy(value, 0, bytes, 1, value.length);
        return new Needle(bytes);
    }

    public boolean isIn(byte[] message) {
        int last = bytes.length - 1;
        for (int end = last; end < message.length; end += skip[message[end] & 255]) {
            int i = 0;
            while (i <= last && message[end - i] == bytes[last - i]) {
                i++;
            }
            if (i > last) {
                return true;
            }
        }
        return false;
    }
}
