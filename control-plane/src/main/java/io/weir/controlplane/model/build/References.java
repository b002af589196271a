package io.weir.controlplane.model.build;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.split.v1alpha4.MatchRef;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who refers to which route; routes say nothing by themselves (S28). */
final class References {

    private final TreeMap<ObjectRef, SortedSet<ObjectRef>> users = new TreeMap<>();

    private References() {}

    /** By route, whether there is such a route or not. */
    static SortedMap<ObjectRef, SortedSet<ObjectRef>> of(SmiIndex smi) {
        References references = new References();
        smi.targets().forEach((user, target) -> {
            for (Rule rule : target.spec().rules()) {
                references.add(new ObjectRef(rule.kind(), user.namespace(), rule.name()), user);
            }
        });
        smi.splits().forEach((user, aged) -> {
            for (MatchRef match : aged.split().spec().matches()) {
                references.add(new ObjectRef(match.kind(), user.namespace(), match.name()), user);
            }
        });
        return Sorted.map(references.users);
    }

    private void add(ObjectRef route, ObjectRef user) {
        users.computeIfAbsent(route, _ -> new TreeSet<>()).add(user);
    }
}
