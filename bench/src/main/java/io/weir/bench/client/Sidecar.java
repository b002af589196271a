package io.weir.bench.client;

import io.weir.bench.client.Envelope.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One simulated sidecar. It asks in Envoy's order: clusters, then their endpoints and its secrets, then listeners, then
 * their routes; and takes whatever comes. When its stream ends it comes back with what it has.
 */
final class Sidecar implements Connection.Events {

    private final int number;
    private final Who who;
    private final Fleet fleet;
    private final Map<Kind, Holding> holdings = new EnumMap<>(Kind.class);
    private Requests requests;
    private int attempts;
    private volatile long bytesBefore;
    private volatile @Nullable Connection connection;
    private volatile long responseBytes;

    Sidecar(int number, Who who, Fleet fleet) {
        this.number = number;
        this.who = who;
        this.fleet = fleet;
        this.requests = new Requests(fleet.protocol(), who, fleet.target());
        for (Kind kind : Kind.values()) {
            holdings.put(kind, new Holding());
        }
    }

    int number() {
        return number;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // no two connections at once
    void connect() {
        Connection last = connection;
        if (last != null) {
            bytesBefore += last.bytes();
        }
        requests = new Requests(fleet.protocol(), who, fleet.target());
        connection = Connection.open(fleet.loops(), fleet.target(), who, fleet.protocol(), this);
    }

    void close() {
        Connection open = connection;
        if (open != null) {
            open.close();
        }
    }

    void stopReading() {
        Objects.requireNonNull(connection, "connected").stopReading();
    }

    /** On the wire, over all connections so far. */
    long bytes() {
        Connection open = connection;
        return bytesBefore + (open == null ? 0 : open.bytes());
    }

    /** Of responses alone: without TLS, HTTP/2 and gRPC. */
    long responseBytes() {
        return responseBytes;
    }

    @Override
    public void opened() {
        attempts = 0;
        List<Kind> before = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (holding(kind).isAsked()) {
                before.add(kind);
            }
            holding(kind).restart();
        }
        if (before.isEmpty()) {
            ask(Kind.CLUSTER);
        }
        before.forEach(this::ask);
        fleet.opened(number);
    }

    private void ask(Kind kind) {
        Holding holding = holding(kind);
        holding.asking();
        send(requests.first(kind, holding.names(), holding.present()));
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the connection's thread alone
    public void received(byte[] message) {
        long now = System.nanoTime();
        responseBytes += message.length;
        Envelope envelope = Envelope.read(fleet.protocol(), message);
        Kind kind = Kind.of(envelope.typeUrl());
        if (kind == null) {
            throw new IllegalStateException("a response of the type " + envelope.typeUrl());
        }
        fleet.saw(number, kind, message, now);
        Holding holding = holding(kind);
        boolean whole = fleet.protocol() == Protocol.STATE_OF_THE_WORLD && kind.isWildcard();
        Set<String> gone = holding.take(envelope, whole);
        send(requests.accept(kind, holding));
        switch (kind) {
            case CLUSTER -> {
                follow(kind, Kind.ENDPOINT, envelope, message, gone);
                secrets();
            }
            case LISTENER -> follow(kind, Kind.ROUTE, envelope, message, gone);
            case ENDPOINT, ROUTE, SECRET -> {}
        }
        goOn(now);
    }

    /** Asks for what new resources refer to, and no longer for what only those referred to that are gone. */
    private void follow(Kind kind, Kind referred, Envelope envelope, byte[] message, Set<String> gone) {
        Holding holding = holding(referred);
        Set<String> added = new LinkedHashSet<>();
        for (Resource resource : envelope.resources()) {
            added.addAll(fleet.references().of(kind, resource, message));
        }
        added.removeAll(holding.names());
        Collection<String> dropped = new ArrayList<>();
        for (String name : gone) {
            dropped.addAll(fleet.references().known(kind, name));
        }
        if (added.isEmpty() && dropped.isEmpty()) {
            return;
        }
        holding.want(added);
        holding.drop(dropped);
        if (holding.isAsked()) {
            send(requests.more(referred, holding, added, dropped));
        } else {
            ask(referred);
        }
    }

    private void secrets() {
        Holding secrets = holding(Kind.SECRET);
        if (!secrets.isAsked() && !fleet.target().secrets().isEmpty()) {
            secrets.want(fleet.target().secrets());
            ask(Kind.SECRET);
        }
    }

    /** Envoy asks for listeners when its clusters are warm. */
    private void goOn(long now) {
        if (!holding(Kind.LISTENER).isAsked() && complete(Kind.CLUSTER, Kind.ENDPOINT, Kind.SECRET)) {
            ask(Kind.LISTENER);
        } else if (complete(Kind.values())) {
            fleet.ready(number, now);
        }
    }

    private boolean complete(Kind... kinds) {
        for (Kind kind : kinds) {
            if (!holding(kind).isComplete()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void ended(Connection.End how, String reason) {
        fleet.ended(this, how, reason, attempts++);
    }

    private void send(byte[] request) {
        Objects.requireNonNull(connection, "connected").send(request);
    }

    private Holding holding(Kind kind) {
        return Objects.requireNonNull(holdings.get(kind));
    }
}
