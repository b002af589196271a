package io.weir.telemetry.replicas;

import io.weir.telemetry.window.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The other replicas, and when one was lost: with it goes what it was told. Safe for use by many threads.
 *
 * @param <A> how one is reached
 */
public final class Peers<A> implements AutoCloseable {

    private final BiFunction<String, A, Peer> connect;
    private final boolean meshIsOlder;
    private final Map<String, Connected<A>> present = new HashMap<>();
    private long lostMs = Part.NEVER;
    private boolean known;

    private static final class Connected<A> {

        private final A address;
        private final Peer peer;
        private final Set<String> stores = new HashSet<>();
        private boolean ready = true;
        private long unreachedMs = Part.NEVER;

        Connected(A address, Peer peer) {
            this.address = address;
            this.peer = peer;
        }
    }

    /** @param connect to one, by its name and where it is; closed when it has gone if it can be */
    public Peers(BiFunction<String, A, Peer> connect) {
        this(connect, true);
    }

    private Peers(BiFunction<String, A, Peer> connect, boolean meshIsOlder) {
        this.connect = connect;
        this.meshIsOlder = meshIsOlder;
    }

    /** Of a program that runs alone, and starts and ends its mesh itself. */
    public static Peers<String> none() {
        Peers<String> none = new Peers<>(
                (name, _) -> {
                    throw new IllegalStateException("who runs alone has no " + name);
                },
                false);
        none.changed(Map.of(), Map.of(), Part.NEVER);
        return none;
    }

    /**
     * Which there are now, by name.
     *
     * @param ready to which sidecars connect
     * @param others to which they do not: one that was ready before may still have sidecars, and knows what it was told
     * @param nowMs in milliseconds since the epoch
     */
    public synchronized void changed(Map<String, A> ready, Map<String, A> others, long nowMs) {
        known = true;
        for (String name : new HashSet<>(present.keySet())) {
            Connected<A> former = Objects.requireNonNull(present.get(name));
            former.ready = former.address.equals(ready.get(name));
            if (!former.ready && !former.address.equals(others.get(name))) {
                present.remove(name);
                close(former.peer);
                lostMs = Math.max(lostMs, former.unreachedMs == Part.NEVER ? nowMs : former.unreachedMs);
            }
        }
        ready.forEach((name, address) ->
                present.computeIfAbsent(name, _ -> new Connected<>(address, connect.apply(name, address))));
    }

    /** Whether it was ever told which there are. */
    synchronized boolean isKnown() {
        return known;
    }

    /** Whether there may have been sidecars before this program started that have gone since. */
    boolean isMeshOlder() {
        return meshIsOlder;
    }

    synchronized List<Peer> present() {
        return present.values().stream().map(one -> one.peer).toList();
    }

    /** When one was last lost; never if none was. */
    public synchronized long lostMs() {
        return present.values().stream().mapToLong(one -> one.unreachedMs).reduce(lostMs, Math::max);
    }

    /** One that answers with another store than before was started anew, and the old store is lost. */
    synchronized void answered(Peer peer, Part part) {
        for (Connected<A> one : present.values()) {
            if (one.peer.equals(peer)) {
                one.unreachedMs = Part.NEVER;
                if (one.stores.add(part.store()) && one.stores.size() > 1) {
                    lostMs = Math.max(lostMs, part.startedMs());
                }
            }
        }
    }

    /**
     * One that does not answer has lost what it knows until it answers again, if sidecars don't connect to it any more.
     *
     * @return whether that is so; without the answer of one to which they do nothing can be said
     */
    synchronized boolean isDispensable(Peer silent, long nowMs) {
        for (Connected<A> one : present.values()) {
            if (one.peer.equals(silent)) {
                if (!one.ready && one.unreachedMs == Part.NEVER) {
                    one.unreachedMs = nowMs;
                }
                return !one.ready;
            }
        }
        return true;
    }

    private static void close(Peer peer) {
        if (peer instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("a connection to " + peer.name() + " can't be closed", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        List<Connected<A>> all = new ArrayList<>(present.values());
        present.clear();
        all.forEach(one -> close(one.peer));
    }
}
