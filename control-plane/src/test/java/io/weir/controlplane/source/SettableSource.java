package io.weir.controlplane.source;

import java.util.concurrent.CopyOnWriteArrayList;

/** Says what the test says. */
public final class SettableSource implements ClusterStateSource {

    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterState state;

    public SettableSource(ClusterState state) {
        this.state = state;
    }

    public void set(ClusterState next) {
        state = next;
        listeners.forEach(Runnable::run);
    }

    @Override
    public ClusterState current() {
        return state;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
