package io.weir.bench.server;

import io.weir.bench.mesh.Mesh;
import java.io.IOException;
import java.nio.file.Path;

/** A kind of server that can be measured. */
public interface Contender {

    String name();

    /**
     * Starts one that serves a mesh; returns when proxies are served.
     *
     * @param home a folder of its own; that of an earlier one, which has ended, to go on with its state
     */
    Serving start(Mesh mesh, Path home) throws IOException, InterruptedException;
}
