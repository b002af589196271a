package io.weir.controlplane.source.directory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How a folder is watched.
 *
 * @param folder with its subfolders; need not exist yet
 * @param savedObjects JSON file for the last good objects; null: a restart knows only what is in the folder
 * @param savedAddresses JSON file for the addresses of replicas and services; null: a restart gives new ones
 * @param lockFolder shared by all meshes of this user on this machine; null: there is no other mesh
 * @param lowestPort the lowest port that may be bound, {@link #unprivilegedPortStart}
 * @param httpProxyPort where every sidecar has its forward proxy, at its own address
 * @param poll how often the folder is looked at although nothing was told: some file systems tell nothing
 * @param clock when objects are first seen
 */
public record DirectoryOptions(
        Path folder,
        @Nullable Path savedObjects,
        @Nullable Path savedAddresses,
        @Nullable Path lockFolder,
        int lowestPort,
        int httpProxyPort,
        Duration poll,
        InstantSource clock) {

    /** Where sidecars have their forward proxy unless someone says otherwise. */
    public static final int HTTP_PROXY_PORT = 15_080;

    private static final int USUAL_PORT_START = 1024;

    /** Nothing is saved; one mesh on the machine. */
    public static DirectoryOptions inMemory(Path folder) {
        return new DirectoryOptions(
                folder,
                null,
                null,
                null,
                USUAL_PORT_START,
                HTTP_PROXY_PORT,
                Duration.ofSeconds(1),
                InstantSource.system());
    }

    /**
     * As {@code weir serve} runs it.
     *
     * @param state folder of this mesh's own
     * @param shared folder of all this user's meshes
     */
    public static DirectoryOptions saved(Path folder, Path state, Path shared) {
        return new DirectoryOptions(
                folder,
                state.resolve("objects.json"),
                state.resolve("loopback.json"),
                shared,
                unprivilegedPortStart(),
                HTTP_PROXY_PORT,
                Duration.ofSeconds(1),
                InstantSource.system());
    }

    /** The lowest port that this process may bind; 1024 where the system does not say. */
    public static int unprivilegedPortStart() {
        if ("root".equals(System.getProperty("user.name"))) {
            return 1;
        }
        try {
            return Integer.parseInt(Sysctl.read("net/ipv4/ip_unprivileged_port_start"));
        } catch (IOException | NumberFormatException e) {
            return USUAL_PORT_START;
        }
    }
}
