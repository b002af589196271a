package io.weir.controlplane.source;

/** A place that keeps a {@link ClusterState} current. */
public interface ClusterStateSource extends AutoCloseable {

    /** The newest state; never blocks. */
    ClusterState current();

    /**
     * Registers a listener that is called after {@link #current()} changed, on the source's own thread: it must
     * return at once. Several changes may be told by one call.
     */
    void onChange(Runnable listener);

    /** Stops watching; {@link #current()} keeps the last state. */
    @Override
    void close();
}
