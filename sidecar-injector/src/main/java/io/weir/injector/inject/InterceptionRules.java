package io.weir.injector.inject;

import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a pod's traffic gets to its sidecar, for the kernel. Numbers and networks only, so nothing in it needs quoting.
 *
 * @param udpPorts by the app's UDP port, where the sidecar listens for it
 * @param excludedInbound TCP ports at which callers reach the app itself
 * @param excludedOutbound TCP ports to which the app connects without the sidecar
 * @param excludedNetworks networks to which the app connects without the sidecar
 */
public record InterceptionRules(
        SortedMap<Integer, Integer> udpPorts,
        SortedSet<Integer> excludedInbound,
        SortedSet<Integer> excludedOutbound,
        List<Cidr> excludedNetworks) {

    /** The nftables table; nothing else is ever put into it. */
    public static final String TABLE = "weir";

    private static final String INBOUND_CHAIN = "WEIR_INBOUND";
    private static final String OUTBOUND_CHAIN = "WEIR_OUTBOUND";

    /** One per line, so that {@code iptables-restore} and {@code nft} read the same words. */
    private static final class Lines {

        private final StringBuilder text = new StringBuilder();
        private final String indent;

        Lines(String indent) {
            this.indent = indent;
        }

        Lines add(String line) {
            text.append(indent).append(line).append('\n');
            return this;
        }
    }

    public InterceptionRules {
        udpPorts = new TreeMap<>(udpPorts);
        excludedInbound = new TreeSet<>(excludedInbound);
        excludedOutbound = new TreeSet<>(excludedOutbound);
        excludedNetworks = List.copyOf(excludedNetworks);
    }

    /** Nothing is excluded, no UDP. */
    public static InterceptionRules plain() {
        return new InterceptionRules(new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), List.of());
    }

    /**
     * Input of {@code nft -f -}. The kernel takes all of it or nothing, and it replaces what an earlier run put there: naming
     * the table first makes its deletion succeed where there was none.
     */
    public String nft() {
        return "table inet " + TABLE + "\n"
                + "delete table inet " + TABLE + "\n"
                + "table inet " + TABLE + " {\n"
                + "\tchain inbound {\n"
                + "\t\ttype nat hook prerouting priority -100; policy accept;\n"
                + nftInbound()
                + "\t}\n"
                + "\tchain outbound {\n"
                + "\t\ttype nat hook output priority -100; policy accept;\n"
                + nftOutbound()
                + "\t}\n"
                + "}\n";
    }

    private String nftInbound() {
        Lines lines = new Lines("\t\t").add("iifname \"lo\" return");
        udpPorts.forEach((app, sidecar) -> lines.add("udp dport " + app + " redirect to :" + sidecar));
        openInbound().forEach(port -> lines.add("tcp dport " + port + " return"));
        return lines.add("meta l4proto tcp redirect to :" + Sidecar.INBOUND_PORT)
                .text
                .toString();
    }

    private String nftOutbound() {
        String toInbound = "meta l4proto tcp redirect to :" + Sidecar.INBOUND_PORT;
        Lines lines = new Lines("\t\t")
                .add("meta l4proto != tcp return")
                // The sidecar's connections to its own app.
                .add("oifname \"lo\" ip saddr " + Sidecar.TO_APP_ADDRESS + " return")
                .add("oifname \"lo\" ip6 saddr " + Sidecar.TO_APP_ADDRESS_6 + " return");
        // The hook of a classic sidecar asks for its health.
        openInbound()
                .forEach(port ->
                        lines.add("oifname \"lo\" meta skuid " + Sidecar.UID + " tcp dport " + port + " return"));
        // A pod that calls itself through its Service comes in like everybody else.
        lines.add("oifname \"lo\" meta skuid " + Sidecar.UID + " ip daddr != 127.0.0.0/8 " + toInbound)
                .add("oifname \"lo\" meta skuid " + Sidecar.UID + " ip6 daddr != ::1 " + toInbound)
                .add("meta skuid " + Sidecar.UID + " return")
                .add("oifname \"lo\" return");
        excludedOutbound.forEach(port -> lines.add("tcp dport " + port + " return"));
        for (Cidr network : excludedNetworks) {
            lines.add((network.ipv4() ? "ip" : "ip6") + " daddr " + network + " return");
        }
        return lines.add("meta l4proto tcp redirect to :" + Sidecar.OUTBOUND_PORT)
                .text
                .toString();
    }

    /** Input of {@code iptables-restore --noflush}, which empties the chains that it names before it fills them. */
    String iptables(boolean ipv4) {
        Lines lines = new Lines("")
                .add("*nat")
                .add(":" + INBOUND_CHAIN + " - [0:0]")
                .add(":" + OUTBOUND_CHAIN + " - [0:0]")
                .add("-A " + INBOUND_CHAIN + " -i lo -j RETURN");
        for (Map.Entry<Integer, Integer> port : udpPorts.entrySet()) {
            lines.add("-A " + INBOUND_CHAIN + " -p udp --dport " + port.getKey() + redirect(port.getValue()));
        }
        openInbound().forEach(port -> lines.add("-A " + INBOUND_CHAIN + " -p tcp --dport " + port + " -j RETURN"));
        lines.add("-A " + INBOUND_CHAIN + " -p tcp" + redirect(Sidecar.INBOUND_PORT));
        String toApp = ipv4 ? Sidecar.TO_APP_ADDRESS : Sidecar.TO_APP_ADDRESS_6;
        String loopback = ipv4 ? "127.0.0.0/8" : "::1";
        String proxy = " -m owner --uid-owner " + Sidecar.UID;
        lines.add("-A " + OUTBOUND_CHAIN + " -o lo -s " + toApp + " -j RETURN");
        openInbound()
                .forEach(port ->
                        lines.add("-A " + OUTBOUND_CHAIN + " -o lo -p tcp --dport " + port + proxy + " -j RETURN"));
        lines.add("-A " + OUTBOUND_CHAIN + " -o lo ! -d " + loopback + " -p tcp" + proxy
                        + redirect(Sidecar.INBOUND_PORT))
                .add("-A " + OUTBOUND_CHAIN + proxy + " -j RETURN")
                .add("-A " + OUTBOUND_CHAIN + " -o lo -j RETURN");
        excludedOutbound.forEach(port -> lines.add("-A " + OUTBOUND_CHAIN + " -p tcp --dport " + port + " -j RETURN"));
        for (Cidr network : excludedNetworks) {
            if (network.ipv4() == ipv4) {
                lines.add("-A " + OUTBOUND_CHAIN + " -d " + network + " -j RETURN");
            }
        }
        return lines.add("-A " + OUTBOUND_CHAIN + " -p tcp" + redirect(Sidecar.OUTBOUND_PORT))
                .add("COMMIT")
                .text
                .toString();
    }

    /**
     * A script for any POSIX shell, in an image with nftables or iptables; needs CAP_NET_ADMIN. Fails where it could not
     * redirect everything: a pod whose traffic passes its sidecar must not start.
     */
    public String script() {
        return """
                set -eu
                if command -v nft >/dev/null 2>&1 && nft -f - <<'RULES'
                %sRULES
                then
                  echo 'weir-init: traffic is redirected (nftables)'
                  exit 0
                fi
                redirect() {
                  tool=
                  for name in "$1-nft" "$1"; do
                    if [ -z "$tool" ] && command -v "$name" >/dev/null 2>&1; then tool=$name; fi
                  done
                  if [ -z "$tool" ]; then
                    echo "weir-init: the image has no working nft and no $1; set the injector's init image to one that has" >&2
                    exit 1
                  fi
                  "$tool-restore" --noflush
                  "$tool" -t nat -C PREROUTING -j %2$s 2>/dev/null || "$tool" -t nat -A PREROUTING -j %2$s
                  "$tool" -t nat -C OUTPUT -j %3$s 2>/dev/null || "$tool" -t nat -A OUTPUT -j %3$s
                }
                redirect iptables <<'RULES'
                %4$sRULES
                if [ -e /proc/net/if_inet6 ]; then
                  redirect ip6tables <<'RULES'
                %5$sRULES
                fi
                echo 'weir-init: traffic is redirected (iptables)'
                """.formatted(nft(), INBOUND_CHAIN, OUTBOUND_CHAIN, iptables(true), iptables(false));
    }

    /** Whoever asks for health or metrics has no certificate. */
    private SortedSet<Integer> openInbound() {
        SortedSet<Integer> open = new TreeSet<>(excludedInbound);
        open.add(Sidecar.METRICS_PORT);
        open.add(Sidecar.HEALTH_PORT);
        return open;
    }

    private static String redirect(int port) {
        return " -j REDIRECT --to-ports " + port;
    }
}
