package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What informers have told and nobody has looked at yet: of each object its newest state, so that it stays small however
 * long nobody looks.
 */
final class Inbox {

    private final Set<Kind> awaited = EnumSet.allOf(Kind.class);
    private Map<ObjectRef, @Nullable Held> changes = new HashMap<>();
    private boolean closed;

    /** Where the informer of a kind puts what it is told. */
    KindInformer.Sink<Held> of(Kind kind) {
        return new KindInformer.Sink<>() {
            @Override
            public void changed(Map<ObjectRef, @Nullable Held> told) {
                put(told);
            }

            @Override
            public void synced() {
                complete(kind);
            }
        };
    }

    private synchronized void put(Map<ObjectRef, @Nullable Held> told) {
        changes.putAll(told);
        notifyAll();
    }

    private synchronized void complete(Kind kind) {
        awaited.remove(kind);
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Waits for changes, the first time until every kind is complete.
     *
     * @return null after the end
     */
    synchronized @Nullable Map<ObjectRef, @Nullable Held> take() throws InterruptedException {
        while (!closed && (!awaited.isEmpty() || changes.isEmpty())) {
            wait();
        }
        if (closed) {
            return null;
        }
        Map<ObjectRef, @Nullable Held> taken = changes;
        changes = new HashMap<>();
        return taken;
    }
}
