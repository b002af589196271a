package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The folder of one proxy: bootstrap, credential, admin socket, logs. Only its owner may enter. */
record ProxyFolder(Path folder) {

    Path bootstrap() {
        return folder.resolve("bootstrap.yaml");
    }

    Path envoyLog() {
        return folder.resolve("envoy.log");
    }

    Path appLog() {
        return folder.resolve("app.log");
    }

    /** Writes everything that an Envoy reads at its start. */
    void write(EnvoyBootstrap bootstrap, ProxyTokens.ProxyToken token) throws IOException {
        OwnerOnly.folder(folder);
        OwnerOnly.folder(Objects.requireNonNull(bootstrap.files().token().getParent()));
        refresh(bootstrap.files(), token);
        OwnerOnly.write(bootstrap.files().tokenSource(), bootstrap.tokenSecret());
        OwnerOnly.write(bootstrap.files().rootsSource(), bootstrap.rootsSecret());
        OwnerOnly.write(bootstrap(), bootstrap.yaml());
    }

    /** A running Envoy sends the new token with its next stream. */
    static void refresh(EnvoyBootstrap.Files files, ProxyTokens.ProxyToken token) throws IOException {
        OwnerOnly.write(files.token(), EnvoyBootstrap.tokenFile(token));
    }

    /** @param concurrency worker threads */
    List<String> command(Path envoy, int concurrency) {
        List<String> command =
                new ArrayList<>(List.of(envoy.toString(), "-c", bootstrap().toString()));
        // Connections under a policy that was taken back end within the drain time.
        command.addAll(List.of("--drain-time-s", "20", "--drain-strategy", "immediate"));
        command.addAll(List.of("--concurrency", Integer.toString(concurrency), "--disable-hot-restart"));
        command.addAll(
                List.of("--log-level", "warning", "--log-path", envoyLog().toString()));
        return command;
    }
}
