package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which ports somebody listens on, as the kernel says. A probe by connecting would be a request that the app must
 * answer, and would not work for UDP.
 */
public record ListeningPorts(Set<String> open) {

    private static final Path PROC = Path.of("/proc/self/net");
    private static final String EVERYWHERE = "*";
    private static final String TCP_LISTEN = "0A";
    private static final String UDP_UNCONNECTED = "07";

    public ListeningPorts {
        open = Set.copyOf(open);
    }

    /** As it is now. */
    public static ListeningPorts now() throws IOException {
        return read(PROC);
    }

    static ListeningPorts read(Path folder) throws IOException {
        Set<String> open = new HashSet<>();
        for (String family : List.of("", "6")) {
            collect(folder.resolve("tcp" + family), Transport.TCP, TCP_LISTEN, open);
            collect(folder.resolve("udp" + family), Transport.UDP, UDP_UNCONNECTED, open);
        }
        return new ListeningPorts(open);
    }

    /**
     * @param address an IPv4 address
     */
    public boolean at(Transport transport, String address, int port) {
        String suffix = "/" + port + "/" + transport;
        return open.contains(address + suffix) || open.contains(EVERYWHERE + suffix);
    }

    /** Ports that somebody has at every address, for TCP or for UDP: nobody else can have them at any. */
    SortedSet<Integer> atAllAddresses() {
        return open.stream()
                .filter(entry -> entry.startsWith(EVERYWHERE + "/"))
                .map(entry -> Integer.valueOf(entry.substring(2, entry.lastIndexOf('/'))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A line is {@code sl local_address rem_address st ...}, addresses as hexadecimal {@code address:port}. */
    private static void collect(Path table, Transport transport, String state, Set<String> open) throws IOException {
        if (!Files.exists(table)) {
            return;
        }
        for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
            String[] fields = line.strip().split("\\s+", 5);
            if (fields.length > 3 && fields[3].equals(state)) {
                int colon = fields[1].indexOf(':');
                int port = HexFormat.fromHexDigits(fields[1], colon + 1, fields[1].length());
                open.add(address(fields[1].substring(0, colon)) + "/" + port + "/" + transport);
            }
        }
    }

    /** In the byte order of the machine, which is little-endian on both that we run on; IPv4 is in the last word. */
    private static String address(String hex) {
        if (hex.chars().allMatch(digit -> digit == '0')) {
            return EVERYWHERE;
        }
        int word = HexFormat.fromHexDigits(hex, hex.length() - 8, hex.length());
        String last = (word & 0xff) + "." + (word >> 8 & 0xff) + "." + (word >> 16 & 0xff) + "." + (word >>> 24);
        boolean v4 = hex.length() == 8 || hex.startsWith("0000000000000000FFFF0000");
        return v4 ? last : "[" + hex + "]";
    }
}
