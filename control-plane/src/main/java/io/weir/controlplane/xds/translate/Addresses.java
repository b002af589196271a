package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import java.util.List;

/** IP addresses of both families, as text. */
final class Addresses {

    private static final String ANY = "0.0.0.0";
    private static final String ANY_6 = "::";

    private Addresses() {}

    static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    /** Whether it is an address, and no name. */
    static boolean isAddress(String host) {
        return isIpv6(host) || host.matches("[0-9]+(\\.[0-9]+){3}");
    }

    /** The address alone, as a range. */
    static CidrRange single(String address) {
        return range(address, isIpv6(address) ? 128 : 32);
    }

    static CidrRange range(String address, int bits) {
        return CidrRange.newBuilder()
                .setAddressPrefix(address)
                .setPrefixLen(Protos.uint32(bits))
                .build();
    }

    /** What to listen at for each family that is there, IPv4 first; where a pod has no IPv6, {@code ::} may not exist. */
    static List<String> wildcards(List<String> addresses) {
        return addresses.stream()
                .map(address -> isIpv6(address) ? ANY_6 : ANY)
                .distinct()
                .sorted()
                .toList();
    }

    /** {@code address:port}, as Envoy writes it. */
    static String withPort(String address, int port) {
        return isIpv6(address) ? "[" + address + "]:" + port : address + ":" + port;
    }

    /** An IPv4 address as a number. */
    static int number(String ipv4) {
        int number = 0;
        for (String part : ipv4.split("\\.", -1)) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    static String ipv4(int number) {
        return (number >>> 24) + "." + (number >>> 16 & 0xff) + "." + (number >>> 8 & 0xff) + "." + (number & 0xff);
    }
}
