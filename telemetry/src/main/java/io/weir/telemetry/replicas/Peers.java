package io.weir.telemetry.replicas;

import io.weir.telemetry.window.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The other replicas, and when one was lost: with it goes what it was told. Safe for use by many threads.
 *
 * @param <A> how one is reached
 */
public final class Peers<A> implements AutoCloseable {

    private final BiFunction<String, A, Peer> connect;
    private final Map<String, Connected<A>> present = new HashMap<>();
    private long lostMs = Part.NEVER;
    private boolean known;

    private record Connected<A>(A address, Peer peer, Set<String> stores) {}

    /** @param connect to one, by its name and where it is; closed when it has gone if it can be */
    public Peers(BiFunction<String, A, Peer> connect) {
        this.connect = connect;
    }

    /** Of a program that runs alone. */
    public static Peers<String> none() {
        Peers<String> none = new Peers<>((name, _) -> {
            throw new IllegalStateException("who runs alone has no " + name);
        });
        none.changed(Map.of(), Part.NEVER);
        return none;
    }

    /**
     * Which there are now, by name.
     *
     * @param nowMs in milliseconds since the epoch
     */
    public synchronized void changed(Map<String, A> addresses, long nowMs) {
        known = true;
        for (String name : new HashSet<>(present.keySet())) {
            Connected<A> former = present.get(name);
            if (former != null && !former.address.equals(addresses.get(name))) {
                present.remove(name);
                close(former.peer);
                lostMs = Math.max(lostMs, nowMs);
            }
        }
        addresses.forEach((name, address) -> present.computeIfAbsent(
                name, _ -> new Connected<>(address, connect.apply(name, address), new HashSet<>())));
    }

    /** Whether it was ever told which there are. */
    synchronized boolean isKnown() {
        return known;
    }

    synchronized List<Peer> present() {
        return present.values().stream().map(Connected::peer).toList();
    }

    /** When one was last lost; never if none was. */
    public synchronized long lostMs() {
        return lostMs;
    }

    /** One that answers with another store than before was started anew, and the old store is lost. */
    synchronized void answered(Peer peer, Part part) {
        for (Connected<A> one : present.values()) {
            if (one.peer.equals(peer) && one.stores.add(part.store()) && one.stores.size() > 1) {
                lostMs = Math.max(lostMs, part.startedMs());
            }
        }
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
