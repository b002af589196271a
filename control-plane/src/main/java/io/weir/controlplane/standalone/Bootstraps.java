package io.weir.controlplane.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Makes what a proxy needs that somebody else starts. */
public final class Bootstraps {

    /**
     * What was written.
     *
     * @param command runs Envoy with it, from any folder
     * @param expires when its credential stops being accepted; writing the same folder again renews it, and a running
     *     Envoy takes the new one by itself
     */
    public record Written(Path folder, List<String> command, Instant expires) {}

    private Bootstraps() {}

    /**
     * Writes the bootstrap, the credential and the roots of one replica's proxy into a folder that only its owner can
     * read.
     *
     * @param roots PEM file of the control plane; copied
     * @param folder made if it is missing
     * @throws IOException if a file can't be read or written, or there is no token
     */
    public static Written write(
            DesiredReplica replica,
            DesiredReplicas desired,
            Path roots,
            ProxyTokens tokens,
            EnvoyInstall.Binary envoy,
            Path folder)
            throws IOException {
        ProxyFolder proxy =
                new ProxyFolder(OwnerOnly.folder(folder.toAbsolutePath().normalize()));
        Path copy = proxy.folder().resolve("roots.pem");
        OwnerOnly.write(copy, Files.readString(roots, StandardCharsets.US_ASCII));
        EnvoyBootstrap bootstrap = EnvoyBootstrap.of(
                replica, desired, new EnvoyBootstrap.Files(proxy.folder(), copy), RuntimeFlags.of(envoy.path()));
        ProxyTokens.ProxyToken token = tokens.issue(replica);
        proxy.write(bootstrap, token);
        return new Written(proxy.folder(), proxy.command(envoy.path(), 1), token.expires());
    }
}
