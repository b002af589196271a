package io.weir.controlplane.xds.server;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose proxy is not known yet. What happens on it meanwhile waits, and is told in order to whom the stream is
 * given at last.
 */
final class Admission<Q> extends ServerCall.Listener<Q> {

    private final AtomicBoolean decided = new AtomicBoolean();
    private @Nullable List<Consumer<ServerCall.Listener<Q>>> waiting = new ArrayList<>();
    private ServerCall.Listener<Q> owner = new ServerCall.Listener<>() {};

    /**
     * True for one caller only, who then opens the stream or closes it: the one who knows the proxy, the one who waited too
     * long, or the peer that went away.
     */
    boolean decide() {
        return decided.compareAndSet(false, true);
    }

    boolean isDecided() {
        return decided.get();
    }

    /** Tells all that happened so far; from then on it is told directly. */
    void give(ServerCall.Listener<Q> to) {
        while (true) {
            List<Consumer<ServerCall.Listener<Q>>> events;
            synchronized (this) {
                owner = to;
                events = waiting;
                if (events == null || events.isEmpty()) {
                    waiting = null;
                    return;
                }
                waiting = new ArrayList<>();
            }
            events.forEach(event -> event.accept(to));
        }
    }

    /** Nobody gets the stream. */
    void drop() {
        give(new ServerCall.Listener<>() {});
    }

    private void happened(Consumer<ServerCall.Listener<Q>> event) {
        ServerCall.Listener<Q> to;
        synchronized (this) {
            if (waiting != null) {
                waiting.add(event);
                return;
            }
            to = owner;
        }
        event.accept(to);
    }

    @Override
    public void onReady() {
        happened(ServerCall.Listener::onReady);
    }

    @Override
    public void onMessage(Q message) {
        happened(to -> to.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        happened(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onCancel() {
        if (decide()) {
            drop();
        } else {
            happened(ServerCall.Listener::onCancel);
        }
    }

    @Override
    public void onComplete() {
        happened(ServerCall.Listener::onComplete);
    }
}
