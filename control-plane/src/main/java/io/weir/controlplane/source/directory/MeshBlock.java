package io.weir.controlplane.source.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The /12 of 127/8 that belongs to one mesh while it runs: two meshes on one machine must not answer at each other's
 * addresses. Held by a file lock and, since other users have other lock folders, by listening on an address of the block
 * that nobody is given. The system releases both with the process, however that ends.
 *
 * <p>Sidecars go on without their control plane, and hold the block for it: nobody takes a block in which they listen
 * but the mesh that had it last, whose name is in the lock file.
 *
 * @param number 1..15; block 0 holds 127.0.0.1
 * @param held null where nobody else can be
 */
record MeshBlock(int number, @Nullable Held held) implements AutoCloseable {

    private static final int GUARD_PORT = 15_079;
    private static final int GUARD_OFFSET = 1;
    private static final int LONGEST_NAME = 8192;

    /**
     * What keeps others out.
     *
     * @param sidecars whether sidecars of this mesh had been there before
     */
    record Held(FileLock lock, ServerSocket guard, boolean sidecars) {}

    static final int FIRST = 1;
    private static final int LAST = 15;
    private static final int LOOPBACK = 127 << 24;
    private static final int SIZE_BITS = 20;

    /**
     * Takes the preferred block if it is free, else the first free one.
     *
     * @param mesh a name that no other mesh of this user has, the same from run to run
     * @throws IOException if the folder can't be used, or fifteen meshes run on this machine already
     */
    static MeshBlock take(Path lockFolder, int preferred, String mesh) throws IOException {
        Files.createDirectories(lockFolder);
        int[] order = IntStream.concat(IntStream.of(preferred), IntStream.rangeClosed(FIRST, LAST))
                .filter(number -> number >= FIRST && number <= LAST)
                .toArray();
        for (int number : order) {
            Path file = lockFolder.resolve("loopback-" + number + ".lock");
            FileLock lock = tryLock(file);
            if (lock == null) {
                continue;
            }
            boolean sidecars = hasSidecars(number);
            ServerSocket guard = !sidecars || mesh.equals(lastOwner(lock)) ? tryGuard(number) : null;
            if (guard != null) {
                own(lock, mesh);
                return new MeshBlock(number, new Held(lock, guard, sidecars));
            }
            lock.acquiredBy().close();
        }
        throw new IOException("no loopback addresses are left: " + LAST
                + " meshes run on this machine already (locks in " + lockFolder + ")");
    }

    // By the channel that has the lock: the system drops a lock when its process closes the file anywhere else.

    private static String lastOwner(FileLock lock) throws IOException {
        FileChannel channel = (FileChannel) lock.acquiredBy();
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST_NAME));
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private static void own(FileLock lock, String mesh) throws IOException {
        FileChannel channel = (FileChannel) lock.acquiredBy();
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(mesh.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static @Nullable ServerSocket tryGuard(int number) throws IOException {
        ServerSocket guard = new ServerSocket();
        try {
            guard.bind(new InetSocketAddress(address(number, GUARD_OFFSET), GUARD_PORT), 1);
            return guard;
        } catch (BindException taken) {
            guard.close();
            return null;
        }
    }

    /** Whether somebody has the address of a sidecar's forward proxy, which each of them has. */
    private static boolean hasSidecars(int number) throws IOException {
        for (int replica = 1; replica <= LoopbackTable.MAX_REPLICAS; replica++) {
            int offset = replica * LoopbackTable.BLOCK_SIZE + LoopbackTable.SIDECAR_OFFSET;
            try (Socket probe = new Socket()) {
                // Else connections that have ended would count for a minute.
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(address(number, offset), DirectoryOptions.HTTP_PROXY_PORT));
            } catch (BindException taken) {
                return true;
            }
        }
        return false;
    }

    private static InetAddress address(int number, int offset) throws IOException {
        int address = base(number) + offset;
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(address).array();
        return InetAddress.getByAddress(bytes);
    }

    private static @Nullable FileLock tryLock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            }
            return lock;
        } catch (OverlappingFileLockException e) {
            channel.close();
            return null;
        }
    }

    /** The block's first address, as a number. */
    int base() {
        return base(number);
    }

    private static int base(int number) {
        return LOOPBACK | (number << SIZE_BITS);
    }

    @Override
    public void close() {
        if (held != null) {
            try {
                held.guard().close();
                held.lock().acquiredBy().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
