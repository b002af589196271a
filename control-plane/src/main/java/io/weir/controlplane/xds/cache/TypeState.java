package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One type on one stream: what the client asks for, what it has, what is to be looked at. Guarded by the stream's lock.
 *
 * <p>A name is "open" while what the client should have may differ from what it was sent. A newer change of an open name
 * replaces an older one, so nothing queues up behind a slow client.
 */
final class TypeState {

    private final XdsType type;
    private final Protocol protocol;
    private final Subscription subscription;
    private final Holdings holdings = new Holdings();
    private final NavigableSet<String> open = new TreeSet<>();
    private final Set<String> again = new HashSet<>();
    private final Deque<List<String>> apart = new ArrayDeque<>();
    private @Nullable InFlight inFlight;
    private @Nullable String lastNonce;
    private boolean owesAnswer;
    private String lastVersion = "";

    TypeState(XdsType type, Protocol protocol) {
        this.type = type;
        this.protocol = protocol;
        this.subscription = new Subscription(type);
    }

    XdsType type() {
        return type;
    }

    Subscription subscription() {
        return subscription;
    }

    /** This type's part of a snapshot. */
    Contents contents(ProxySnapshot snapshot) {
        return new Contents(snapshot, type, subscription::named);
    }

    Holdings holdings() {
        return holdings;
    }

    @Nullable
    InFlight inFlight() {
        return inFlight;
    }

    Collection<String> open() {
        return open;
    }

    boolean hasWork() {
        return inFlight == null && (!open.isEmpty() || owesAnswer);
    }

    /** Nothing is on its way and nothing is waiting. True of a type the client doesn't ask for. */
    boolean settled() {
        return inFlight == null && open.isEmpty();
    }

    void look(Collection<String> names) {
        for (String name : names) {
            if (subscription.wants(name)) {
                open.add(name);
            }
        }
    }

    /** Of what is given on request alone, a change matters to who asked. */
    void lookIfNamed(Collection<String> names) {
        for (String name : names) {
            if (subscription.named(name)) {
                open.add(name);
            }
        }
    }

    /** Sends a name once more although its version is unchanged, now or when the client asks for it. */
    void sendAgain(String name) {
        again.add(name);
        look(List.of(name));
    }

    /** @return the names newly asked for */
    Set<String> delta(List<String> subscribe, List<String> unsubscribe, Map<String, String> claims, Contents contents) {
        boolean first = !subscription.requested();
        Subscription.Change change = subscription.delta(contents.shared(subscribe), unsubscribe);
        if (first) {
            claims.forEach((name, version) -> claim(name, version, contents));
        }
        drop(change.dropped(), contents);
        for (String name : change.added()) {
            if (holdings.get(name) == null || !first) {
                again.add(name);
            }
        }
        look(change.added());
        if (change.widened()) {
            open.addAll(contents.names());
            owesAnswer = claims.isEmpty();
        }
        return change.added();
    }

    /** @return the names newly asked for */
    Set<String> stateOfTheWorld(List<String> names, String versionInfo, Contents contents) {
        boolean first = !subscription.requested();
        Subscription.Change change = subscription.stateOfTheWorld(contents.shared(names));
        drop(change.dropped(), contents);
        Set<String> added = new TreeSet<>(change.added());
        if (change.widened()) {
            added.addAll(contents.names());
        }
        if (first && !versionInfo.isEmpty() && versionInfo.equals(versionOf(added, contents))) {
            adopt(added, contents);
            look(again);
        } else {
            open.addAll(added);
            // Envoy refuses an empty response for secrets, and takes one for everything else.
            owesAnswer |= change.widened() || (!added.isEmpty() && type != XdsType.SECRET);
        }
        return change.added();
    }

    private void claim(String name, String version, Contents contents) {
        if (!subscription.wants(name) || version.isEmpty()) {
            return;
        }
        keepIfOnRequest(name, contents);
        XdsResource wanted = contents.wanted(name);
        if (wanted != null && wanted.version().equals(version)) {
            holdings.put(wanted.name(), Known.accepted(wanted));
        } else {
            holdings.put(name, Known.claimed(version));
            open.add(name);
        }
    }

    /**
     * What a client has it keeps while the mesh has it. Taken from it, it would be missed by what is under way: connections that an app holds
     * open are answered by a listener and cluster until they end, though nothing new would come to them.
     */
    private void keepIfOnRequest(String name, Contents contents) {
        if (contents.isOnRequest(name)) {
            subscription.keep(name);
        }
    }

    private void drop(Set<String> names, Contents contents) {
        for (String name : names) {
            if (subscription.wants(name) && !contents.isOnRequest(name)) {
                // Dropped by name, still covered by the wildcard: the client is owed its present state.
                sendAgain(name);
            } else {
                holdings.remove(name);
                open.remove(name);
                again.remove(name);
            }
        }
    }

    private static String versionOf(Set<String> names, Contents contents) {
        long fingerprint = 0;
        for (String name : names) {
            XdsResource wanted = contents.wanted(name);
            fingerprint += wanted == null ? 0 : Holdings.contribution(name, wanted.version());
        }
        return Holdings.version(fingerprint);
    }

    private void adopt(Set<String> names, Contents contents) {
        for (String name : names) {
            XdsResource wanted = contents.wanted(name);
            if (wanted != null) {
                holdings.put(name, Known.accepted(wanted));
            }
        }
        lastVersion = holdings.version();
    }

    /** What to send now; null if nothing. Names that turn out to be as they should be are closed. */
    @Nullable
    Batch next(Contents contents, Grant grant) {
        while (!apart.isEmpty()) {
            Batch batch = collect(apart.getFirst(), contents, grant);
            if (!batch.isEmpty()) {
                return batch;
            }
            if (apart.getFirst().stream().anyMatch(open::contains)) {
                return null;
            }
            apart.removeFirst();
        }
        Batch batch = collect(List.copyOf(open), contents, grant);
        boolean answersEmpty = owesAnswer && open.isEmpty();
        return batch.isEmpty() && !answersEmpty ? null : batch;
    }

    private Batch collect(List<String> candidates, Contents contents, Grant grant) {
        // Candidates are sorted.
        SequencedMap<String, XdsResource> upserts = new LinkedHashMap<>();
        List<String> removed = new ArrayList<>();
        for (String name : candidates) {
            Known known = holdings.get(name);
            if (known != null) {
                keepIfOnRequest(name, contents);
            }
            XdsResource wanted = subscription.wants(name) ? contents.wanted(name) : null;
            boolean differs = wanted == null
                    ? known != null || again.contains(name)
                    : known == null || !known.sentVersion().equals(wanted.version()) || again.contains(name);
            if (!differs || !subscription.wants(name)) {
                open.remove(name);
                continue;
            }
            boolean takesAway = known != null && !contents.has(name);
            if (wanted != null && (takesAway ? grant.removal(name) : grant.upserts())) {
                upserts.put(name, wanted);
            } else if (wanted == null && (!takesAway || grant.removal(name))) {
                removed.add(name);
            }
        }
        return new Batch(upserts, removed);
    }

    /** Whether an upsert is waiting or on its way; a removal doesn't count. */
    boolean bringsNew(Contents contents) {
        if (inFlight != null && !inFlight.batch().upserts().isEmpty()) {
            return true;
        }
        for (String name : open) {
            Known known = holdings.get(name);
            XdsResource wanted = contents.wanted(name);
            if (wanted != null && (known == null || !known.sentVersion().equals(wanted.version()))) {
                return true;
            }
        }
        return false;
    }

    Response send(Batch batch, long now) {
        batch.upserts().forEach((name, resource) -> {
            holdings.put(name, Known.sending(holdings.get(name), resource));
            close(name);
        });
        for (String name : batch.removed()) {
            holdings.remove(name);
            subscription.gone(name);
            close(name);
        }
        if (!apart.isEmpty()) {
            apart.removeFirst();
        }
        inFlight = new InFlight(batch, null, now);
        owesAnswer = false;
        lastVersion = holdings.version();
        return switch (protocol) {
            case DELTA -> new Response(batch.upserts().values(), batch.removed(), lastVersion);
            case STATE_OF_THE_WORLD ->
                new Response(
                        isWholeState() ? holdings.effective() : batch.upserts().values(), List.of(), lastVersion);
        };
    }

    private void close(String name) {
        open.remove(name);
        again.remove(name);
    }

    /** In the state of the world a cluster or listener left out is a cluster or listener removed. */
    private boolean isWholeState() {
        return type == XdsType.CLUSTER || type == XdsType.LISTENER;
    }

    void left(String nonce) {
        lastNonce = nonce;
        if (inFlight != null) {
            inFlight = inFlight.under(nonce);
        }
    }

    boolean answers(String nonce) {
        return inFlight != null && nonce.equals(inFlight.nonce());
    }

    boolean isStale(String nonce) {
        return !nonce.isEmpty() && lastNonce != null && !nonce.equals(lastNonce);
    }

    void accepted() {
        InFlight answered = inFlight;
        inFlight = null;
        if (answered != null) {
            answered.batch().upserts().forEach((name, resource) -> {
                if (holdings.get(name) != null) {
                    holdings.put(name, Known.accepted(resource));
                }
            });
        }
    }

    /**
     * Parks the resources to blame until their version changes. Where the client doesn't say which of several they are,
     * the response is halved and sent again, so that one bad resource doesn't keep the others from the client.
     *
     * @return the resources blamed; all of the response while that is open
     */
    NavigableSet<String> refused(String reason) {
        InFlight answered = inFlight;
        inFlight = null;
        if (answered == null) {
            return new TreeSet<>();
        }
        NavigableSet<String> suspects = new TreeSet<>(answered.batch().upserts().keySet());
        NavigableSet<String> blamed = suspects.size() == 1 ? suspects : Blame.named(reason, suspects);
        for (String name : suspects) {
            Known known = holdings.get(name);
            if (known != null) {
                holdings.put(name, blamed.contains(name) ? known.refused() : known.uncertain());
                if (!blamed.contains(name)) {
                    open.add(name);
                }
            }
        }
        if (!suspects.isEmpty()) {
            answered.batch().removed().forEach(this::removeOnceMore);
        }
        if (blamed.isEmpty() && !suspects.isEmpty()) {
            List<String> all = List.copyOf(suspects);
            apart.addFirst(all.subList(all.size() / 2, all.size()));
            apart.addFirst(all.subList(0, all.size() / 2));
        }
        return blamed.isEmpty() ? suspects : blamed;
    }

    private void removeOnceMore(String name) {
        if (subscription.wants(name) && holdings.get(name) == null) {
            holdings.put(name, Known.claimed("").uncertain());
            open.add(name);
        }
    }

    TypeStatus status() {
        TypeStatus.Sync sync = !holdings.refused().isEmpty()
                ? TypeStatus.Sync.NACKED
                : settled() ? TypeStatus.Sync.SYNCED : TypeStatus.Sync.PENDING;
        int subscribed = subscription.wildcard() ? holdings.size() : subscription.size();
        return new TypeStatus(subscribed, holdings.size(), holdings.accepted(), lastVersion, sync);
    }
}
