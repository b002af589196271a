package io.weir.cli.demo;

import io.weir.controlplane.standalone.EnvoyUnavailable;
import java.io.IOException;
import java.nio.file.Path;

/** Runs a mesh as {@code weir run} does. */
@FunctionalInterface
public interface MeshStarter {

    /** A mesh that runs until it is closed. */
    interface Mesh extends AutoCloseable {

        /** The state folder. */
        Path state();

        /** Ends every process, and returns when they have ended. */
        @Override
        void close() throws IOException;
    }

    /** What a person should know while a mesh runs. Called from several threads, a line each time. */
    interface Progress {

        void happened(String line);

        void failed(String line);
    }

    /**
     * Starts a mesh.
     *
     * @param manifests the folder of manifests
     */
    Mesh start(Path manifests, Progress progress) throws IOException, EnvoyUnavailable, InterruptedException;
}
