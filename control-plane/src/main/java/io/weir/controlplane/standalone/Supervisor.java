package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a mesh on this machine: the control plane as a child process, and whatever that says should run. When this ends,
 * or the JVM dies, every process it started ends.
 */
public final class Supervisor implements AutoCloseable {

    /**
     * What to run, and where.
     *
     * @param state the owner-only state folder
     * @param manifests the folder of manifests, which is the apps' working directory
     * @param serve the command line of {@code weir serve} for both folders
     * @param roots PEM file with which proxies check the xDS server; written by the control plane
     * @param concurrency worker threads of each Envoy
     * @param environment of all processes; apps and Envoys get it with additions
     */
    public record Options(
            Path state,
            Path manifests,
            List<String> serve,
            EnvoyInstall.Binary envoy,
            Path roots,
            int concurrency,
            Map<String, String> environment) {

        public Options {
            state = state.toAbsolutePath();
            manifests = manifests.toAbsolutePath();
            roots = roots.toAbsolutePath();
            serve = List.copyOf(serve);
            environment = Map.copyOf(environment);
        }
    }

    /** What a running supervisor tells the person at the terminal. Called from several threads. */
    public interface Events {

        /** Something happened: one line, as {@code ready shop/bookstore-v1 http proxy http://127.16.0.1:15080}. */
        void happened(String line);

        /** Something went wrong: one line that says what is done about it, or what to do. */
        void failed(String line);

        /**
         * A process printed a line; it is in that process's log file as well.
         *
         * @param source {@code namespace/name}, or {@code control plane}
         */
        void printed(String source, String line);
    }

    /** Another supervisor has the state folder. The message is one line. */
    public static final class AlreadyRunning extends IOException {
        AlreadyRunning(Path state) {
            super("another weir run uses " + state + "; end it, or choose another state folder");
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private static final String LOCK = "run.lock";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    private final FileChannel lock;
    private final Fleet fleet;
    private final Turn turn;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();

    private Supervisor(FileChannel lock, Fleet fleet, Turn turn) {
        this.lock = lock;
        this.fleet = fleet;
        this.turn = turn;
    }

    /**
     * Starts the control plane, and what it names as it names it.
     *
     * @throws AlreadyRunning if the state folder is in use
     * @throws IOException if the state folder can't be written or Envoy's executable can't be read
     */
    public static Supervisor start(Options options, ProxyTokens tokens, Events events)
            throws IOException, InterruptedException {
        OwnerOnly.folder(options.state());
        FileChannel lock = lock(options.state());
        try {
            Leftovers leftovers = Leftovers.of(options.state());
            leftovers.end();
            Files.deleteIfExists(AdminAddress.file(options.state()));
            Turn turn = new Turn();
            Replica.Surroundings surroundings = new Replica.Surroundings(
                    turn,
                    OwnerOnly.folder(options.state().resolve("proxies")),
                    options.manifests(),
                    options.roots(),
                    options.envoy().path(),
                    options.concurrency(),
                    RuntimeFlags.of(options.envoy().path()),
                    options.environment(),
                    leftovers,
                    tokens,
                    events);
            Fleet fleet = new Fleet(options, surroundings);
            Supervisor supervisor = new Supervisor(lock, fleet, turn);
            turn.run(() -> fleet.start(supervisor.ended::complete));
            return supervisor;
        } catch (IOException | InterruptedException e) {
            lock.close();
            throw e;
        }
    }

    /** Waits until it is closed, or the control plane refuses its command line. Returns the exit code to end with. */
    public int await() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes this with a failure", e);
        }
    }

    /** Ends every process, and returns when they have ended: within about 10 s. */
    @Override
    public void close() throws IOException {
        if (closing.getAndSet(true)) {
            return;
        }
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        turn.run(() -> fleet.stop(() -> stopped.complete(null)));
        // What does not end in this time ends with the JVM.
        stopped.completeOnTimeout(null, LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)
                .join();
        turn.close();
        lock.close();
        ended.complete(0);
    }

    /** Whether there is one for this state folder now; false where that can't be told. */
    public static boolean runs(Path state) {
        if (!Files.exists(state.resolve(LOCK))) {
            return false;
        }
        try {
            lock(state).close();
            return false;
        } catch (AlreadyRunning e) {
            return true;
        } catch (IOException e) {
            log.debug("the lock of {} can't be tried", state, e);
            return false;
        }
    }

    private static FileChannel lock(Path state) throws IOException {
        FileChannel channel =
                FileChannel.open(state.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new AlreadyRunning(state);
        }
        channel.close();
        throw new AlreadyRunning(state);
    }
}
