package io.weir.controlplane.source.directory;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that something in some folders changed, never what: that is found by looking. */
final class FolderWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    private final WatchService watcher;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    FolderWatch(Path folder) throws IOException {
        this.watcher = folder.getFileSystem().newWatchService();
    }

    /** Watches these folders and no others. A folder that can't be watched is left to the regular look. */
    void watch(List<Path> folders) {
        keys.entrySet().removeIf(entry -> {
            boolean stale = !entry.getValue().isValid() || !folders.contains(entry.getKey());
            if (stale) {
                entry.getValue().cancel();
            }
            return stale;
        });
        for (Path folder : folders) {
            if (!keys.containsKey(folder)) {
                try {
                    keys.put(
                            folder,
                            folder.register(
                                    watcher,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_DELETE,
                                    StandardWatchEventKinds.ENTRY_MODIFY));
                } catch (IOException e) {
                    LOG.debug("folder not watched: {}", folder, e);
                } catch (ClosedWatchServiceException e) {
                    LOG.debug("closed while the folder was read");
                    return;
                }
            }
        }
    }

    /**
     * Waits for a change.
     *
     * @return false if none came in time, or this was closed
     */
    boolean await(Duration limit) throws InterruptedException {
        try {
            WatchKey key = watcher.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (key == null) {
                return false;
            }
            drain(key);
            return true;
        } catch (ClosedWatchServiceException e) {
            return false;
        }
    }

    /**
     * Waits until nothing changed for {@code quiet}, at most about {@code limit}.
     *
     * @return whether anything changed meanwhile
     */
    boolean settle(Duration quiet, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean changed = false;
        while (System.nanoTime() < end && await(quiet)) {
            changed = true;
        }
        return changed;
    }

    private static void drain(WatchKey key) {
        key.pollEvents();
        key.reset();
    }

    @Override
    public void close() {
        try {
            watcher.close();
        } catch (IOException e) {
            LOG.debug("closing a watch", e);
        }
    }
}
