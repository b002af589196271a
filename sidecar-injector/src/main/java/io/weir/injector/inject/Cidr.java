package io.weir.injector.inject;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network.
 *
 * @param address its first address
 */
public record Cidr(InetAddress address, int prefix) {

    // ofLiteral would read "10.1" as 10.0.0.1.
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern PREFIX = Pattern.compile("0|[1-9]\\d{0,2}");

    /** {@code 10.0.0.0/8}, {@code 10.1.2.3}, {@code fd00::/8}; null if it is none, or if bits beyond the prefix are set. */
    static @Nullable Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            return null;
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
        boolean mapped = address instanceof Inet4Address && literal.indexOf(':') >= 0;
        int longest = address.getAddress().length * 8;
        if (mapped || (slash >= 0 && !PREFIX.matcher(text.substring(slash + 1)).matches())) {
            return null;
        }
        int prefix = slash < 0 ? longest : Integer.parseInt(text.substring(slash + 1));
        return prefix <= longest && onlyNetworkBits(address.getAddress(), prefix) ? new Cidr(address, prefix) : null;
    }

    boolean ipv4() {
        return address instanceof Inet4Address;
    }

    private static boolean onlyNetworkBits(byte[] address, int prefix) {
        for (int bit = prefix; bit < address.length * 8; bit++) {
            if ((address[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
