package io.weir.testing.pods;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A switch in a network namespace of its own, so that no firewall of the machine has a say, with a line to this JVM and
 * one to each pod.
 */
public final class PodNetwork implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Networks of several JVMs must not take the same addresses. */
    private static final Path LOCK = Path.of("/run/lock/weir-pod-networks");

    private static final int FIRST_POD = 10;

    private final String id = Long.toString(ProcessHandle.current().pid(), 36) + "-" + COUNT.incrementAndGet();
    private final String hub = PodNetwork.PREFIX + id;
    private final int number;
    private final List<Pod> pods = new ArrayList<>();

    static final String PREFIX = "weir-";

    private PodNetwork() throws IOException {
        try (FileChannel channel = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            removeLeftovers();
            number = free();
            Commands.run("ip netns add " + hub);
            Commands.run("ip link add " + line() + " type veth peer name host netns " + hub);
            Commands.run("ip addr add " + host() + "/24 dev " + line());
            Commands.run("ip link set " + line() + " up");
        }
        inHub("ip link add switch type bridge");
        inHub("ip link set switch up");
        plug("host");
    }

    /** Whether this user may make one. */
    public static boolean isPossible() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    }

    /**
     * An empty network, for a test.
     *
     * @throws org.opentest4j.TestAbortedException for a user who is not root, unless this is CI: then the test fails
     */
    public static PodNetwork create() throws IOException {
        RootNeeded.check();
        return open();
    }

    /**
     * An empty network, for a program that is no test.
     *
     * @throws IOException for a user who is not root
     */
    public static PodNetwork open() throws IOException {
        return new PodNetwork();
    }

    /** Where pods reach this JVM. */
    public String host() {
        return ipv4(1);
    }

    /** One more pod; its name is for people. */
    public Pod pod(String name) throws IOException {
        int index = FIRST_POD + pods.size();
        String netns = hub + "-" + index;
        String line = "pod" + index;
        Commands.run("ip netns add " + netns);
        inHub("ip link add " + line + " type veth peer name eth0 netns " + netns);
        plug(line);
        Pod pod = new Pod(name, netns, ipv4(index), "fd77:" + number + "::" + index);
        pods.add(pod);
        pod.connect(host());
        return pod;
    }

    private void plug(String line) throws IOException {
        inHub("ip link set " + line + " master switch");
        inHub("ip link set " + line + " up");
    }

    private void inHub(String command) throws IOException {
        Commands.run("ip netns exec " + hub + " " + command);
    }

    private String line() {
        return "weirpods" + number;
    }

    private String ipv4(int last) {
        return "10.77." + number + "." + last;
    }

    /** The lowest network that nobody on this machine has. */
    private static int free() throws IOException {
        String taken = Commands.run("ip -o -4 addr show");
        for (int number = 0; number < 256; number++) {
            if (!taken.contains(" 10.77." + number + ".")) {
                return number;
            }
        }
        throw new IOException("no network 10.77.x.0/24 is free");
    }

    /** The namespaces of JVMs that were killed; with them go their lines. */
    private static void removeLeftovers() throws IOException {
        for (String name : Commands.run("ip netns list").lines().toList()) {
            String netns = name.split(" ", 2)[0];
            if (netns.startsWith(PREFIX)) {
                long pid = Long.parseLong(netns.split("-", -1)[1], 36);
                if (ProcessHandle.of(pid).isEmpty()) {
                    Commands.run("ip netns del " + netns);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Pod pod : pods) {
            pod.close();
            Commands.run("ip netns del " + pod.netns());
        }
        Commands.run("ip netns del " + hub);
    }
}
