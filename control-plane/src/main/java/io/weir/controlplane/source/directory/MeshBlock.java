package io.weir.controlplane.source.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
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
 * @param number 1..15; block 0 holds 127.0.0.1
 * @param held null where nobody else can be
 */
record MeshBlock(int number, @Nullable Held held) implements AutoCloseable {

    private static final int GUARD_PORT = 15_079;

    /** What keeps others out. */
    record Held(FileLock lock, ServerSocket guard) {}

    static final int FIRST = 1;
    private static final int LAST = 15;
    private static final int LOOPBACK = 127 << 24;
    private static final int SIZE_BITS = 20;

    /**
     * Takes the preferred block if it is free, else the first free one.
     *
     * @throws IOException if the folder can't be used, or fifteen meshes run on this machine already
     */
    static MeshBlock take(Path lockFolder, int preferred) throws IOException {
        Files.createDirectories(lockFolder);
        int[] order = IntStream.concat(IntStream.of(preferred), IntStream.rangeClosed(FIRST, LAST))
                .filter(number -> number >= FIRST && number <= LAST)
                .toArray();
        for (int number : order) {
            FileLock lock = tryLock(lockFolder.resolve("loopback-" + number + ".lock"));
            if (lock == null) {
                continue;
            }
            ServerSocket guard = tryGuard(number);
            if (guard != null) {
                return new MeshBlock(number, new Held(lock, guard));
            }
            lock.acquiredBy().close();
        }
        throw new IOException("no loopback addresses are left: " + LAST
                + " meshes run on this machine already (locks in " + lockFolder + ")");
    }

    private static @Nullable ServerSocket tryGuard(int number) throws IOException {
        ServerSocket guard = new ServerSocket();
        byte[] address = {127, (byte) (number << (SIZE_BITS - 16)), 0, 1};
        try {
            guard.bind(new InetSocketAddress(InetAddress.getByAddress(address), GUARD_PORT), 1);
            return guard;
        } catch (BindException taken) {
            guard.close();
            return null;
        }
    }

    private static @Nullable FileLock tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
