package io.weir.bench.client;

/** Is shown every response that any client receives. */
@FunctionalInterface
public interface Watch {

    /** Looks at none. */
    Watch NONE = (_, _, _, _) -> {};

    /**
     * Called on the client's own thread, always the same for one client.
     *
     * @param client its number, from 0
     * @param message the whole response, encoded; not to be changed
     * @param nanos when it had arrived, as {@link System#nanoTime} counts
     */
    void saw(int client, Kind kind, byte[] message, long nanos);
}
