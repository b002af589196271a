package io.weir.controlplane.pods;

import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterStateSource;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says what the test says. */
final class SettableSource implements ClusterStateSource {

    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterState state;

    SettableSource(ClusterState state) {
        this.state = state;
    }

    void set(ClusterState next) {
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
