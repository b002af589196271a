package io.weir.controlplane.standalone;

import io.weir.controlplane.source.directory.ListeningPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One replica as it runs: its Envoy, its app, its credential. Used on the supervisor's thread only. */
final class Replica {

    /**
     * What all replicas of a supervisor share.
     *
     * @param proxies the folder with a folder for each proxy
     * @param manifests the apps' working directory
     * @param runtime runtime keys for this Envoy
     * @param environment the supervisor's own
     */
    record Surroundings(
            Turn turn,
            Path proxies,
            Path manifests,
            Path roots,
            Path envoy,
            int concurrency,
            SortedMap<String, Object> runtime,
            Map<String, String> environment,
            Leftovers leftovers,
            ProxyTokens tokens,
            Supervisor.Events events) {}

    private final DesiredReplica desired;
    private final Surroundings with;
    private final ProxyFolder folder;
    private final EnvoyBootstrap bootstrap;
    private final FreshToken token;
    private final Runnable changed;
    private final Kept envoy;
    private final @Nullable Kept app;

    /** Envoys started so far; an answer to a question to an earlier one says nothing about the present one. */
    private int envoys;

    private Path adminSocket;
    private boolean written;
    private boolean envoyLive;
    private boolean appStarted;
    private boolean appListens;
    private boolean stopping;

    /**
     * @param changed called when {@link #ready()} may have changed
     */
    Replica(DesiredReplica desired, DesiredReplicas all, Surroundings with, Runnable changed) {
        this.desired = desired;
        this.with = with;
        this.changed = changed;
        this.folder = new ProxyFolder(with.proxies().resolve(desired.namespace() + "." + desired.name()));
        this.bootstrap = bootstrapOf(desired, all);
        this.adminSocket = bootstrap.files().adminSocket();
        this.token = new FreshToken(with.turn(), with.tokens(), desired, bootstrap.files(), with.events());
        this.envoy = new Kept(with.turn(), new EnvoyOwner());
        List<String> command = desired.command();
        this.app = command == null ? null : new Kept(with.turn(), new AppOwner(command));
    }

    DesiredReplica desired() {
        return desired;
    }

    /** Whether its processes may go on when this is what should run. */
    boolean fits(DesiredReplica next, DesiredReplicas all) {
        return desired.sameRun(next) && bootstrap.equals(bootstrapOf(next, all));
    }

    /** Its Envoy has its configuration, and its app, if we started it, listens. */
    boolean ready() {
        return !stopping && envoyLive && (app == null || appListens);
    }

    /** Not ready, but about to be: worth a look more often. */
    boolean settling() {
        return !stopping && !ready();
    }

    /** The app follows when its Envoy is live, so that its first call finds the mesh. */
    void start() {
        envoy.start();
    }

    /** Looks whether it has become ready, or is so no longer. */
    void probe(ListeningPorts open) {
        boolean listens = appStarted
                && desired.ports().stream()
                        .allMatch(port -> open.at(port.transport(), desired.appAddress(), port.appPort()));
        if (listens != appListens) {
            appListens = listens;
            changed.run();
        }
        if (!envoyLive && !stopping) {
            int asked = envoys;
            Path socket = adminSocket;
            Thread.startVirtualThread(() -> {
                if (EnvoyAdmin.live(socket)) {
                    with.turn().run(() -> live(asked));
                }
            });
        }
    }

    /**
     * Ends it: after the drain time the app, so that it can finish what it was asked, then its Envoy.
     *
     * @param drain for how long others may still send it requests
     */
    CompletableFuture<Void> stop(Duration drain) {
        stopping = true;
        token.end();
        changed.run();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        with.turn().later(drain, () -> drained.complete(null));
        return drained.thenCompose(_ -> app == null ? CompletableFuture.<Void>completedFuture(null) : app.stop())
                .thenCompose(_ -> envoy.stop());
    }

    private EnvoyBootstrap bootstrapOf(DesiredReplica replica, DesiredReplicas all) {
        EnvoyBootstrap.Files files = new EnvoyBootstrap.Files(folder.folder(), with.roots());
        return EnvoyBootstrap.of(replica, all, files, with.runtime());
    }

    private void live(int answered) {
        if (answered != envoys || envoyLive || stopping) {
            return;
        }
        envoyLive = true;
        if (app != null && !appStarted) {
            appStarted = true;
            app.start();
        }
        changed.run();
    }

    private ChildProcess launch(List<String> command, Map<String, String> environment, Path cwd, Path log)
            throws IOException {
        return ChildProcess.start(
                new ChildProcess.Launch(command, environment, cwd, log),
                with.leftovers().mark(),
                line -> with.events().printed(desired.key(), line));
    }

    private void restarting(String what, String how, Duration again, Path log) {
        with.events()
                .failed("restarting " + what + " of " + desired.key() + " in " + again.toMillis() + " ms (" + how + "; "
                        + log + ")");
    }

    private final class EnvoyOwner implements Kept.Owner {

        @Override
        public ChildProcess launch() throws IOException {
            if (!written) {
                folder.write(bootstrap, token.first());
                written = true;
            }
            // The last one's socket would refuse connections, not answer that there is nobody yet.
            Files.deleteIfExists(folder.folder().resolve(bootstrap.files().adminSocket()));
            envoys++;
            ChildProcess started = Replica.this.launch(
                    folder.command(with.envoy(), with.concurrency()),
                    with.environment(),
                    folder.folder(),
                    folder.envoyLog());
            adminSocket = bootstrap.files().adminSocketOf(started.pid());
            return started;
        }

        @Override
        public void ended(String how, Duration again) {
            envoyLive = false;
            restarting("the sidecar", how, again, folder.envoyLog());
            changed.run();
        }
    }

    private final class AppOwner implements Kept.Owner {

        private final List<String> command;

        AppOwner(List<String> command) {
            this.command = command;
        }

        @Override
        public ChildProcess launch() throws IOException {
            return Replica.this.launch(
                    command, AppEnvironment.of(desired, with.environment()), with.manifests(), folder.appLog());
        }

        @Override
        public void ended(String how, Duration again) {
            appListens = false;
            restarting("the app", how, again, folder.appLog());
            changed.run();
        }
    }
}
