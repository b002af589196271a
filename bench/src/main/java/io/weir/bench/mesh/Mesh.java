package io.weir.bench.mesh;

import java.io.IOException;

/** A mesh that is written down somewhere for a control plane to read, and two ways to change it. */
public sealed interface Mesh permits FolderMesh, ClusterMesh {

    Shape shape();

    /**
     * Gives a round's weight to a backend of the split that every client sees.
     *
     * @return when it was written, as {@link System#nanoTime} counts
     */
    long weigh(int round) throws IOException;

    /**
     * Moves the one endpoint of the service {@code moving}.
     *
     * @return when it was written, as {@link System#nanoTime} counts
     */
    long move(int moves) throws IOException;
}
