package io.weir.bench.server;

import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that serves a mesh.
 *
 * @param clients as many as the mesh has
 * @param secondsToReady from the start of its process until it answered
 * @param envoys null: a real Envoy can't be started for it
 */
public record Serving(
        ServerProcess process,
        Target target,
        List<Who> clients,
        double secondsToReady,
        @Nullable Envoys envoys) implements AutoCloseable {

    /** Starts real Envoys. */
    @FunctionalInterface
    public interface Envoys {

        /** One that is the same proxy as a client. */
        RealEnvoy start(int client) throws IOException;
    }

    public Serving {
        clients = List.copyOf(clients);
    }

    @Override
    public void close() {
        process.close();
    }
}
