package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of an earlier supervisor of the same state folder that have not ended yet. They have its addresses: an
 * Envoy that could not bind a listener refuses it and is not offered it again.
 */
final class Leftovers {

    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private static final Duration TIME_TO_END = Duration.ofSeconds(4);
    private static final int ROUNDS = 5;

    private final String prefix;

    private Leftovers(String prefix) {
        this.prefix = prefix;
    }

    static Leftovers of(Path state) throws IOException {
        try {
            byte[] path = state.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(path);
            return new Leftovers(HexFormat.of().formatHex(hash, 0, 8) + ".");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A new mark, to be put into a child's environment as {@code WEIR_CHILD}. */
    String mark() {
        return prefix + UUID.randomUUID();
    }

    /**
     * Waits for those that are ending, and ends the others. Blocks for some seconds at most.
     *
     * @throws IOException if one can't be ended
     */
    void end() throws IOException, InterruptedException {
        await(find());
        // Each may have started another since it was seen.
        for (int round = 0; round < ROUNDS; round++) {
            List<ProcessHandle> left = find();
            left.forEach(ProcessHandle::destroyForcibly);
            if (left.isEmpty()) {
                return;
            }
            await(left);
        }
        throw new IOException("processes of an earlier run can't be ended: "
                + find().stream().map(ProcessHandle::pid).toList());
    }

    /** Until they have ended, or time is up. */
    private static void await(List<ProcessHandle> processes) throws InterruptedException {
        try {
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("still running: {}", processes, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process is no failure", e);
        }
    }

    List<ProcessHandle> find() {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self && marked(process.pid()))
                .toList();
    }

    private boolean marked(long pid) {
        try {
            String environment = Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0WEIR_CHILD=" + prefix);
        } catch (IOException e) {
            // Ended meanwhile, or another user's, and then not ours.
            return false;
        }
    }
}
