package io.weir.controlplane.standalone;

import io.weir.controlplane.source.directory.ListeningPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One replica as it runs: its sidecar and its app, or either alone. Used on the supervisor's thread only. */
final class Replica {

    /** An app that does not listen by then may never do so; its user is told where it should. */
    private static final Duration TIME_TO_LISTEN = Duration.ofSeconds(10);

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
            Supervisor.Events events) {

        ChildProcess launch(DesiredReplica replica, ChildProcess.Launch launch) throws IOException {
            return ChildProcess.start(launch, leftovers.mark(), line -> events.printed(replica.key(), line));
        }

        void restarting(String what, String how, Duration again, Path log) {
            events.failed("restarting " + what + " in " + again.toMillis() + " ms (" + how + "; " + log + ")");
        }
    }

    private final DesiredReplica desired;
    private final Surroundings with;
    private final Runnable changed;
    private final @Nullable SidecarProcess sidecar;
    private final @Nullable Kept app;

    private boolean appStarted;
    private boolean appListens;
    private boolean toldToListen;
    private long appLaunchedAt;
    private boolean stopping;

    /**
     * @param changed called when {@link #ready()} may have changed
     */
    Replica(DesiredReplica desired, DesiredReplicas all, Surroundings with, Runnable changed) {
        this.desired = desired;
        this.with = with;
        this.changed = changed;
        this.sidecar =
                desired.sidecarAddress() == null ? null : new SidecarProcess(desired, all, with, this::sidecarChanged);
        List<String> command = desired.command();
        this.app = command == null ? null : new Kept(with.turn(), new AppOwner(command));
    }

    static ProxyFolder folder(DesiredReplica replica, Surroundings with) {
        return new ProxyFolder(with.proxies().resolve(replica.namespace() + "." + replica.name()));
    }

    DesiredReplica desired() {
        return desired;
    }

    /** Whether its processes may go on when this is what should run. */
    boolean fits(DesiredReplica next, DesiredReplicas all) {
        return desired.sameRun(next) && (sidecar == null || sidecar.fits(next, all));
    }

    /** Its Envoy has its configuration, and its app, if we started it, listens. */
    boolean ready() {
        return !stopping && (sidecar == null || sidecar.live()) && (app == null || appListens);
    }

    /** Not ready, but about to be: worth a look more often. */
    boolean settling() {
        return !stopping && !ready();
    }

    /** The app follows when its sidecar is live, so that its first call finds the mesh. */
    void start() {
        if (sidecar == null) {
            startApp();
        } else {
            sidecar.start();
        }
    }

    /** Looks whether it has become ready, or is so no longer. */
    void probe(ListeningPorts open) {
        List<DesiredReplica.PortBinding> deaf = desired.ports().stream()
                .filter(port -> !open.at(port.transport(), desired.appAddress(), port.appPort()))
                .toList();
        boolean listens = appStarted && deaf.isEmpty();
        if (listens != appListens) {
            appListens = listens;
            changed.run();
        }
        if (appStarted && !listens && !toldToListen && timeToListenIsUp()) {
            toldToListen = true;
            with.events().failed(tell(deaf));
        }
        if (sidecar != null) {
            sidecar.probe();
        }
    }

    private boolean timeToListenIsUp() {
        return !stopping && System.nanoTime() - appLaunchedAt > TIME_TO_LISTEN.toNanos();
    }

    private String tell(List<DesiredReplica.PortBinding> deaf) {
        return desired.key() + " gets no traffic yet: its app does not listen at "
                + deaf.stream().map(this::place).collect(Collectors.joining(", ")) + " ("
                + folder(desired, with).appLog() + ")";
    }

    /** With the variable that tells the app. */
    private String place(DesiredReplica.PortBinding port) {
        String name = port.name().isEmpty() ? Integer.toString(port.port()) : AppEnvironment.variable(port.name());
        return "$HOST:$PORT_" + name + ", that is " + desired.appAddress() + ":" + port.appPort() + "/"
                + port.transport().toString().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Ends it: after the drain time the app, so that it can finish what it was asked, then its Envoy.
     *
     * @param drain for how long others may still send it requests
     */
    CompletableFuture<Void> stop(Duration drain) {
        stopping = true;
        if (sidecar != null) {
            sidecar.leave();
        }
        changed.run();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        with.turn().later(drain, () -> drained.complete(null));
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        return drained.thenCompose(_ -> app == null ? done : app.stop())
                .thenCompose(_ -> sidecar == null ? done : sidecar.stop());
    }

    private void sidecarChanged() {
        if (sidecar != null && sidecar.live() && !stopping) {
            startApp();
        }
        changed.run();
    }

    private void startApp() {
        if (app != null && !appStarted) {
            appStarted = true;
            app.start();
        }
    }

    private final class AppOwner implements Kept.Owner {

        private final List<String> command;

        AppOwner(List<String> command) {
            this.command = command;
        }

        @Override
        public ChildProcess launch() throws IOException {
            appLaunchedAt = System.nanoTime();
            ProxyFolder folder = folder(desired, with);
            OwnerOnly.folder(folder.folder());
            return with.launch(
                    desired,
                    new ChildProcess.Launch(
                            command,
                            AppEnvironment.of(desired, with.environment()),
                            with.manifests(),
                            folder.appLog()));
        }

        @Override
        public void ended(String how, Duration again) {
            appListens = false;
            with.restarting(
                    "the app of " + desired.key(),
                    how,
                    again,
                    folder(desired, with).appLog());
            changed.run();
        }
    }
}
