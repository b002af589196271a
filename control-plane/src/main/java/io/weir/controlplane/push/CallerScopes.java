package io.weir.controlplane.push;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.policy.Scopes;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scope of each caller that asked, worked out once. Equal scopes are one object, of all callers and from world to world, so that whoever
 * keeps something for a scope finds it by that object. Safe for use by several threads.
 */
final class CallerScopes {

    private final Scopes scopes;
    private final SortedMap<Integer, SortedSet<String>> addresses;
    private final Map<Identity, Scope> byCaller = new ConcurrentHashMap<>();
    private final Map<Scope, Scope> distinct;

    private CallerScopes(Scopes scopes, SortedMap<Integer, SortedSet<String>> addresses, Map<Scope, Scope> distinct) {
        this.scopes = scopes;
        this.addresses = addresses;
        this.distinct = distinct;
    }

    /** Before there is a world. */
    static CallerScopes whole() {
        return new CallerScopes(Scopes.WHOLE, Collections.emptySortedMap(), new ConcurrentHashMap<>());
    }

    /** After these; the same ones where nothing differs. */
    CallerScopes next(Scopes now) {
        if (now.equals(scopes)) {
            return this;
        }
        Map<Scope, Scope> kept = new ConcurrentHashMap<>();
        kept.put(Scope.WHOLE, Scope.WHOLE);
        byCaller.values().forEach(scope -> kept.put(scope, scope));
        SortedMap<Integer, SortedSet<String>> next = now.addresses();
        return new CallerScopes(now, next.equals(addresses) ? addresses : next, kept);
    }

    Scopes scopes() {
        return scopes;
    }

    /** As of {@link Scopes#addresses}; the same object while it is equal. */
    SortedMap<Integer, SortedSet<String>> addresses() {
        return addresses;
    }

    Scope of(Identity caller) {
        return byCaller.computeIfAbsent(caller, one -> {
            Scope scope = scopes.of(one);
            Scope known = distinct.putIfAbsent(scope, scope);
            return known == null ? scope : known;
        });
    }
}
