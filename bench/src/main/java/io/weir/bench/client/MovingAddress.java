package io.weir.bench.client;

import io.weir.bench.mesh.Manifests;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of the endpoint that moves, in the endpoints that a client is told of. */
public final class MovingAddress {

    private static final Pattern ADDRESS = Pattern.compile("198\\.(18|19)\\.(\\d{1,3})\\.(\\d{1,3})");

    private MovingAddress() {}

    /** Which move it was, as {@link Manifests#address} numbers them; -1 if there is none in the response. */
    public static int in(byte[] message) {
        Matcher address = ADDRESS.matcher(new String(message, StandardCharsets.ISO_8859_1));
        return address.find() ? ((number(address, 1) - 18) << 16) + (number(address, 2) << 8) + number(address, 3) : -1;
    }

    private static int number(Matcher address, int group) {
        return Integer.parseInt(address.group(group));
    }
}
