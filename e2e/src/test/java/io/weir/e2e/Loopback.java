package io.weir.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Loopback addresses that no other app of this machine's tests uses, so that apps can listen on the ports they like. */
final class Loopback {

    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() % 200) * 250);

    private Loopback() {}

    /** An address in 127.8.0.0/13, below the blocks that meshes take, where the given ports are free. */
    static String address(int... ports) {
        for (int attempt = 0; attempt < 5_000; attempt++) {
            int n = Math.floorMod(NEXT.getAndIncrement(), 50_000);
            String address = "127." + (8 + n / 62_500) + "." + (n / 250) + "." + (n % 250 + 1);
            if (free(address, ports)) {
                return address;
            }
        }
        throw new IllegalStateException("no free loopback address");
    }

    private static boolean free(String address, int... ports) {
        for (int port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
