package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/** The Envoy of one replica, and its credential. Used on the supervisor's thread only. */
final class SidecarProcess {

    private final DesiredReplica desired;
    private final Replica.Surroundings with;
    private final Runnable changed;
    private final ProxyFolder folder;
    private final EnvoyBootstrap bootstrap;
    private final FreshToken token;
    private final Kept envoy;

    /** Envoys started so far; an answer to a question to an earlier one says nothing about the present one. */
    private int envoys;

    private Path adminSocket;
    private boolean written;
    private boolean live;
    private boolean stopping;

    /**
     * @param desired has a sidecar
     * @param changed called when {@link #live()} has changed
     */
    SidecarProcess(DesiredReplica desired, DesiredReplicas all, Replica.Surroundings with, Runnable changed) {
        this.desired = desired;
        this.with = with;
        this.changed = changed;
        this.folder = Replica.folder(desired, with);
        this.bootstrap = bootstrapOf(desired, all, folder, with);
        this.adminSocket = bootstrap.files().adminSocket();
        this.token = new FreshToken(with.turn(), with.tokens(), desired, bootstrap.files(), with.events());
        this.envoy = new Kept(with.turn(), new Owner());
    }

    /** Whether it may go on when this is what should run. */
    boolean fits(DesiredReplica next, DesiredReplicas all) {
        return bootstrap.equals(bootstrapOf(next, all, folder, with));
    }

    /** It has its configuration. */
    boolean live() {
        return live;
    }

    void start() {
        envoy.start();
    }

    /** Looks whether it has become live. */
    void probe() {
        if (!live && !stopping) {
            int asked = envoys;
            Path socket = adminSocket;
            Thread.startVirtualThread(() -> {
                if (EnvoyAdmin.live(socket)) {
                    with.turn().run(() -> answered(asked));
                }
            });
        }
    }

    /** Its credential is renewed no more, and it counts as live no more; it runs on until {@link #stop}. */
    void leave() {
        stopping = true;
        token.end();
    }

    CompletableFuture<Void> stop() {
        return envoy.stop();
    }

    private void answered(int asked) {
        if (asked == envoys && !live && !stopping) {
            live = true;
            changed.run();
        }
    }

    private static EnvoyBootstrap bootstrapOf(
            DesiredReplica replica, DesiredReplicas all, ProxyFolder folder, Replica.Surroundings with) {
        EnvoyBootstrap.Files files = new EnvoyBootstrap.Files(folder.folder(), with.roots());
        SortedMap<String, Object> runtime = with.runtime();
        return EnvoyBootstrap.of(replica, all, files, runtime);
    }

    private final class Owner implements Kept.Owner {

        @Override
        public ChildProcess launch() throws IOException {
            if (!written) {
                folder.write(bootstrap, token.first());
                written = true;
            }
            // The last one's socket would refuse connections, not answer that there is nobody yet.
            Files.deleteIfExists(folder.folder().resolve(bootstrap.files().adminSocket()));
            envoys++;
            ChildProcess started = with.launch(
                    desired,
                    new ChildProcess.Launch(
                            folder.command(with.envoy(), with.concurrency()),
                            with.environment(),
                            folder.folder(),
                            folder.envoyLog()));
            adminSocket = bootstrap.files().adminSocketOf(started.pid());
            return started;
        }

        @Override
        public void ended(String how, Duration again) {
            live = false;
            with.restarting("the sidecar of " + desired.key(), how, again, folder.envoyLog());
            changed.run();
        }
    }
}
