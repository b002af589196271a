package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsType;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which resources of one type a stream asks for, by the rules of the xDS protocol. */
final class Subscription {

    private static final String EVERYTHING = "*";

    /** What one request changed. {@code widened}: it asks for all resources since this request. */
    record Change(boolean widened, Set<String> added, Set<String> dropped) {}

    private final XdsType type;
    private final Set<String> names = new HashSet<>();

    /** Those of {@code names} that the client did not name. */
    private final Set<String> kept = new HashSet<>();

    private boolean requested;
    private boolean wildcard;
    private boolean namedBefore;

    Subscription(XdsType type) {
        this.type = type;
    }

    /** Whether the stream ever asked for the type. */
    boolean requested() {
        return requested;
    }

    boolean wants(String name) {
        return wildcard || names.contains(name);
    }

    /** Whether the stream asked for this very name. */
    boolean named(String name) {
        return names.contains(name);
    }

    /** From now on as if the client had asked for this very name. */
    void keep(String name) {
        if (names.add(name)) {
            kept.add(name);
        }
    }

    /** The client has it no more: it is given again only if it asks, unless it did so by name before. */
    void gone(String name) {
        if (kept.remove(name)) {
            names.remove(name);
        }
    }

    boolean wildcard() {
        return wildcard;
    }

    int size() {
        return names.size();
    }

    /** A first request that names nothing asks for everything, until {@code *} is unsubscribed. */
    Change delta(List<String> subscribe, List<String> unsubscribe) {
        boolean before = wildcard;
        if (takesWildcard()) {
            wildcard |= subscribe.contains(EVERYTHING) || (!requested && subscribe.isEmpty());
            wildcard &= !unsubscribe.contains(EVERYTHING);
        }
        requested = true;
        Set<String> dropped = named(unsubscribe);
        names.removeAll(dropped);
        kept.removeAll(dropped);
        // A name already subscribed counts as added: the client asks for it again because it lost it.
        Set<String> added = named(subscribe);
        names.addAll(added);
        kept.removeAll(added);
        return new Change(wildcard && !before, added, dropped);
    }

    /** No names ask for everything, until the client names something for the first time. */
    Change stateOfTheWorld(List<String> wanted) {
        boolean before = wildcard;
        namedBefore |= !wanted.isEmpty();
        wildcard = takesWildcard() && (wanted.contains(EVERYTHING) || !namedBefore);
        requested = true;
        Set<String> now = named(wanted);
        Set<String> added = new HashSet<>(now);
        added.removeAll(names);
        Set<String> dropped = new HashSet<>(names);
        dropped.removeAll(now);
        names.clear();
        names.addAll(now);
        return new Change(wildcard && !before, added, dropped);
    }

    private boolean takesWildcard() {
        return type == XdsType.CLUSTER || type == XdsType.LISTENER;
    }

    private static Set<String> named(Collection<String> listed) {
        Set<String> named = new HashSet<>(listed);
        named.remove(EVERYTHING);
        return named;
    }
}
