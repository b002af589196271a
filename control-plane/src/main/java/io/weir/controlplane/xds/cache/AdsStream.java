package io.weir.controlplane.xds.cache;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One ADS stream. The server shows it every request before the discovery server sees it, and every response that
 * leaves; the stream decides what is sent and when. All methods may be called from any thread.
 */
public final class AdsStream {

    /** The stream that a call of the discovery server belongs to. */
    public static final Context.Key<AdsStream> CURRENT = Context.key("weir-ads-stream");

    /** How long a client may take to read and answer a response. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private static final int MOST_NAMES = 100_000;

    /** Changes that a slow client is watched for at once; it can't take the newest without the ones before. */
    private static final int MOST_ROUNDS = 64;

    /** What a stream needs of the connection that carries it. Called with the stream's lock held: must not block. */
    public interface Transport {

        /** Whether the client reads as fast as it is sent to. */
        boolean isReady();

        /** Ends the stream, after what was sent so far. */
        void end(Status status);

        void nacked(NackRecord record);
    }

    private final WorkloadKey proxy;
    private final AdsCache cache;
    private final Transport transport;
    private final Map<XdsType, TypeState> states;
    private final Map<XdsType, Response.Sink> sinks = new EnumMap<>(XdsType.class);
    private final MakeBeforeBreak order;
    private final List<AdsCache.Round> awaiting = new ArrayList<>();
    private ProxySnapshot snapshot = Contents.NOTHING;
    private Abilities abilities;
    private boolean heard;
    private boolean pulled;
    private boolean closed;
    private @Nullable Long stalledSince;
    private @Nullable Long wakesAt;

    AdsStream(WorkloadKey proxy, Protocol protocol, AdsCache cache, Transport transport) {
        this.proxy = proxy;
        this.cache = cache;
        this.transport = transport;
        this.abilities = new Abilities(Telemetry.UNAVAILABLE, protocol == Protocol.DELTA);
        EnumMap<XdsType, TypeState> all = new EnumMap<>(XdsType.class);
        for (XdsType type : XdsType.values()) {
            all.put(type, new TypeState(type, protocol));
        }
        this.states = Collections.unmodifiableMap(all);
        this.order = new MakeBeforeBreak(states, cache.timers().nanos());
    }

    public WorkloadKey proxy() {
        return proxy;
    }

    /** What the proxy can count, by its first request: heard before that is taken in, and not again. */
    public synchronized void counting(Telemetry told) {
        if (!pulled) {
            abilities =
                    abilities.counting(cache.source().wanted() == Telemetry.UNAVAILABLE ? Telemetry.UNAVAILABLE : told);
        }
    }

    /** What the proxy counts. */
    public synchronized Telemetry telemetry() {
        return abilities.telemetry();
    }

    /**
     * Takes a request in.
     *
     * @return what the discovery server is to see of it; null if nothing, because it fails on types it doesn't know
     */
    public synchronized @Nullable DeltaDiscoveryRequest accept(DeltaDiscoveryRequest request) {
        TypeState state = state(request.getTypeUrl());
        if (state == null) {
            return request.getTypeUrl().isEmpty() ? request : null;
        }
        pullOnce();
        String nonce = request.getResponseNonce();
        boolean answers = state.answers(nonce);
        if (answers) {
            answered(state, request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null);
        }
        if (state.type() == XdsType.CLUSTER && request.getInitialResourceVersionsCount() > 0) {
            order.reconnected();
        }
        asked(
                state,
                state.delta(
                        request.getResourceNamesSubscribeList(),
                        request.getResourceNamesUnsubscribeList(),
                        request.getInitialResourceVersionsMap(),
                        state.contents(snapshot)));
        return carried(request.getTypeUrl(), answers ? nonce : "");
    }

    /**
     * The discovery server fails on a nonce that it doesn't know. It would keep every name that is asked for, and name and version of all that
     * is acknowledged, for every stream, though nobody asks it: so it sees no names, and each answer as a refusal, after which it keeps nothing.
     */
    private static DeltaDiscoveryRequest carried(String typeUrl, String nonce) {
        DeltaDiscoveryRequest.Builder carried =
                DeltaDiscoveryRequest.newBuilder().setTypeUrl(typeUrl);
        if (!nonce.isEmpty()) {
            carried.setResponseNonce(nonce).setErrorDetail(com.google.rpc.Status.getDefaultInstance());
        }
        return carried.build();
    }

    /**
     * Takes a request in.
     *
     * @return as of the other
     */
    public synchronized @Nullable DiscoveryRequest accept(DiscoveryRequest request) {
        TypeState state = state(request.getTypeUrl());
        if (state == null) {
            return request.getTypeUrl().isEmpty() ? request : null;
        }
        pullOnce();
        String nonce = request.getResponseNonce();
        if (state.answers(nonce)) {
            answered(state, request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null);
        }
        if (!state.isStale(nonce)) {
            asked(
                    state,
                    state.stateOfTheWorld(
                            request.getResourceNamesList(), request.getVersionInfo(), state.contents(snapshot)));
        }
        return request;
    }

    private void answered(TypeState state, @Nullable String refusal) {
        InFlight inFlight = state.inFlight();
        if (inFlight == null) {
            return;
        }
        cache.large().leave(inFlight.batch().bytes());
        if (refusal == null) {
            state.accepted();
            order.answered(state.type(), inFlight.batch(), Set.of());
            return;
        }
        NavigableSet<String> blamed = state.refused(refusal);
        order.answered(state.type(), inFlight.batch(), blamed);
        cache.counters().nacked(state.type());
        transport.nacked(new NackRecord(
                state.type(), List.copyOf(blamed), refusal, cache.timers().now()));
    }

    private void asked(TypeState state, Set<String> names) {
        if (state.subscription().size() > MOST_NAMES) {
            end(Status.RESOURCE_EXHAUSTED.withDescription("more than " + MOST_NAMES + " names subscribed"));
        }
        if (state.type() == XdsType.SECRET && pulled) {
            for (String name : names) {
                if (!state.contents(snapshot).has(name)) {
                    cache.counters().denied(AdsCounters.Denial.SECRET);
                }
            }
        }
    }

    /** A response has left for the transport under this nonce. */
    public synchronized void left(String typeUrl, String nonce) {
        TypeState state = state(typeUrl);
        if (state != null) {
            state.left(nonce);
        }
    }

    synchronized void sink(XdsType type, Response.Sink sink) {
        sinks.put(type, sink);
    }

    private void pullOnce() {
        heard = true;
        if (!pulled) {
            refresh(new LayerDiffs());
        }
    }

    /**
     * Pulls the proxy's newest snapshot and marks what differs in it. Not before its first request: that says what the proxy can count,
     * on which the snapshot depends, and a world may change between the opening of a stream and what is first said on it.
     */
    synchronized void refresh(LayerDiffs diffs) {
        if (!heard) {
            return;
        }
        ProxySnapshot now = cache.source().snapshot(proxy, abilities);
        if (now == null || closed) {
            return;
        }
        for (TypeState state : states.values()) {
            XdsType type = state.type();
            state.look(diffs.names(snapshot.shared(type), now.shared(type)));
            state.look(diffs.names(snapshot.own(type), now.own(type)));
            state.lookIfNamed(diffs.names(snapshot.onRequest(type), now.onRequest(type)));
        }
        snapshot = now;
        pulled = true;
    }

    /** If what was just pulled is news to the client, the round awaits that it takes it. */
    synchronized void await(AdsCache.Round round) {
        if (!closed && !settled() && awaiting.size() < MOST_ROUNDS) {
            round.awaits();
            awaiting.add(round);
        }
    }

    private boolean settled() {
        return states.values().stream().allMatch(TypeState::settled);
    }

    private void tellRounds(long now) {
        if (!awaiting.isEmpty() && settled()) {
            awaiting.forEach(round -> round.taken(now));
            awaiting.clear();
        }
    }

    /** Sends all that may be sent now: at most one unanswered response a type, only while the client reads. */
    public synchronized void pump() {
        if (closed || !pulled) {
            return;
        }
        long now = cache.timers().nanos();
        boolean progress = true;
        while (progress) {
            progress = false;
            order.observe(snapshot, now);
            for (TypeState state : states.values()) {
                progress |= step(state, now);
            }
        }
        tellRounds(now);
        if (endIfUnanswered(now)) {
            return;
        }
        wakeInTime(now);
    }

    /** @return whether something changed that another type may be waiting for */
    private boolean step(TypeState state, long now) {
        Response.Sink sink = sinks.get(state.type());
        if (sink == null || !state.hasWork()) {
            return false;
        }
        int before = state.open().size();
        Batch batch = state.next(state.contents(snapshot), order.grant(state.type(), snapshot, now));
        if (batch == null) {
            return state.open().size() < before;
        }
        if (!transport.isReady()) {
            stalledSince = stalledSince == null ? (Long) now : stalledSince;
            return false;
        }
        stalledSince = null;
        if (!cache.large().enter(this, batch.bytes())) {
            return false;
        }
        order.beforeSending(state.type(), batch, snapshot);
        cache.counters()
                .sent(state.type(), batch.upserts().size(), batch.removed().size());
        sink.send(state.send(batch, now));
        return true;
    }

    private boolean endIfUnanswered(long now) {
        Long since = oldestUnanswered();
        if (since == null || now - since < ANSWER_WITHIN.toNanos()) {
            return false;
        }
        cache.counters().gaveUp();
        end(Status.DEADLINE_EXCEEDED.withDescription("a response was not read or answered within "
                + ANSWER_WITHIN.toSeconds() + " s; reconnect to start again"));
        return true;
    }

    private @Nullable Long oldestUnanswered() {
        Long oldest = stalledSince;
        for (TypeState state : states.values()) {
            InFlight inFlight = state.inFlight();
            if (inFlight != null && (oldest == null || inFlight.since() - oldest < 0)) {
                oldest = inFlight.since();
            }
        }
        return oldest;
    }

    private void wakeInTime(long now) {
        Long unanswered = oldestUnanswered();
        Long held = order.deadline(now);
        Long first = unanswered == null ? null : (Long) (unanswered + ANSWER_WITHIN.toNanos());
        if (first == null || (held != null && held - first < 0)) {
            first = held;
        }
        if (first != null && (wakesAt == null || first - wakesAt < 0)) {
            wakesAt = first;
            cache.timers().after(Duration.ofNanos(first - now), this::wake);
        }
    }

    private void wake() {
        synchronized (this) {
            wakesAt = null;
        }
        cache.pump(this);
    }

    /** Ends the stream from the server's side. */
    public synchronized void end(Status status) {
        if (!closed) {
            transport.end(status);
            close();
        }
    }

    /** The stream has ended; nothing is sent on it any more. */
    public synchronized void close() {
        if (!closed) {
            giveBack();
        }
        closed = true;
        long now = cache.timers().nanos();
        awaiting.forEach(round -> round.leave(now));
        awaiting.clear();
        cache.closed(this);
    }

    private void giveBack() {
        cache.large().forget(this);
        for (TypeState state : states.values()) {
            InFlight inFlight = state.inFlight();
            if (inFlight != null) {
                cache.large().leave(inFlight.batch().bytes());
            }
        }
    }

    public synchronized Map<XdsType, TypeStatus> status() {
        EnumMap<XdsType, TypeStatus> status = new EnumMap<>(XdsType.class);
        for (TypeState state : states.values()) {
            if (state.subscription().requested()) {
                status.put(state.type(), state.status());
            }
        }
        return status;
    }

    /** Whether the client accepted this version, or doesn't ask for the resource. */
    synchronized boolean acked(XdsType type, String name, String version) {
        TypeState state = states.get(type);
        if (state == null || !state.subscription().wants(name)) {
            return true;
        }
        Known known = state.holdings().get(name);
        return known != null && known.isAccepted() && known.goodVersion().equals(version);
    }

    private @Nullable TypeState state(String typeUrl) {
        for (TypeState state : states.values()) {
            if (state.type().typeUrl().equals(typeUrl)) {
                return state;
            }
        }
        return null;
    }
}
