package io.weir.controlplane.source.kubernetes;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** IP addresses as the API writes them. Envoy refuses a whole resource for one that is none. */
final class Addresses {

    /** A row of zero groups, without the colons around it. */
    private static final Pattern ZEROS = Pattern.compile("\\b0(:0)+\\b");

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

    /**
     * An address as Envoy reads and writes it: decimal, or as RFC 5952 says. API servers keep what their users wrote, leading zeros too. Null for
     * text that is no plain address.
     */
    static @Nullable String canonical(String text) {
        if (family(text) == null) {
            return null;
        }
        InetAddress address = InetAddress.ofLiteral(text);
        return address instanceof Inet4Address ? address.getHostAddress() : shortened(address.getHostAddress());
    }

    /** @param groups eight of them, without leading zeros: of several zero ones the longest row is left out, and of equal rows the first */
    private static String shortened(String groups) {
        MatchResult longest = ZEROS.matcher(groups)
                .results()
                .max(Comparator.comparingInt((MatchResult row) -> row.group().length())
                        .thenComparing(MatchResult::start, Comparator.reverseOrder()))
                .orElse(null);
        if (longest == null) {
            return groups;
        }
        String before = groups.substring(0, longest.start());
        String after = groups.substring(longest.end());
        return (before.isEmpty() ? ":" : before) + (after.isEmpty() ? ":" : after);
    }
}
