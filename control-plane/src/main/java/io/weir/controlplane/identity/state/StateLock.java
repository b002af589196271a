package io.weir.controlplane.identity.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

/** The right to write a state folder, held by one process at a time. The kernel frees it when the process dies. */
public final class StateLock implements AutoCloseable {

    private final FileChannel file;
    private final FileLock lock;

    StateLock(FileChannel file, FileLock lock) {
        this.file = file;
        this.lock = lock;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            lock.release();
        }
    }
}
