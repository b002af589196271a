package io.weir.controlplane.source.readiness;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The uids of the replicas that the supervisor has seen ready: the file {@code ready.json} of the state folder, a JSON
 * list, replaced whole by the supervisor and watched here. A file and not a call, so that a control plane which was away
 * knows at once what was ready before.
 */
public final class ReadyReplicas implements AutoCloseable {

    /** The file's name in the state folder. */
    public static final String FILE = "ready.json";

    private static final Logger log = LoggerFactory.getLogger(ReadyReplicas.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<String>> UIDS = new TypeReference<>() {};

    private final Path file;
    private final WatchService watch;
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<String> uids;

    private ReadyReplicas(Path file, WatchService watch) {
        this.file = file;
        this.watch = watch;
        this.uids = Set.of();
    }

    /** Reads the state folder's file, if there is one yet, and follows it. */
    public static ReadyReplicas follow(Path state) throws IOException {
        WatchService watch = state.getFileSystem().newWatchService();
        state.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
        ReadyReplicas ready = new ReadyReplicas(state.resolve(FILE), watch);
        ready.uids = ready.read();
        Thread.ofPlatform().daemon().name("ready-replicas").start(ready::run);
        return ready;
    }

    Set<String> uids() {
        return uids;
    }

    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void run() {
        try {
            while (true) {
                // The poll catches what a full event queue lost.
                WatchKey key = watch.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                Set<String> now = read();
                if (!now.equals(uids)) {
                    uids = now;
                    listeners.forEach(Runnable::run);
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException closed) {
            log.debug("no longer following {}", file);
        }
    }

    /** What the file says; what it said before if it can't be read. */
    private Set<String> read() {
        try {
            return Set.copyOf(JSON.readValue(Files.readString(file), UIDS));
        } catch (NoSuchFileException none) {
            return Set.of();
        } catch (IOException | JacksonException e) {
            log.warn("{} can't be read; what was ready stays so: {}", file, e.getMessage());
            return uids;
        }
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            log.warn("closing the watch of {}", file, e);
        }
    }
}
