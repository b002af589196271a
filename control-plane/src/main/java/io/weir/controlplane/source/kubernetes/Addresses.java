package io.weir.controlplane.source.kubernetes;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** IP addresses as the API writes them. Envoy refuses a whole resource for one that is none. */
final class Addresses {

    private Addresses() {}

    /** The family of an address; null for text that is no plain address. */
    static Slice.@Nullable Family family(String text) {
        if (text.indexOf('%') >= 0) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text) instanceof Inet4Address ? Slice.Family.IPV4 : Slice.Family.IPV6;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
