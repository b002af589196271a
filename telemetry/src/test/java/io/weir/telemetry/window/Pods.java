package io.weir.telemetry.window;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Inventories with pods in namespace shop, each with an account of its name and the address 10.0.0.its place. */
final class Pods {

    private Pods() {}

    static Inventory of(String... names) {
        TreeMap<WorkloadKey, Party> parties = new TreeMap<>();
        Map<String, WorkloadKey> addresses = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            parties.put(key(names[i]), pod(names[i]));
            addresses.put(address(i), key(names[i]));
        }
        return new Inventory(new TreeMap<>(), parties, addresses, new TreeMap<>(), List.of());
    }

    static Set<WorkloadKey> keys(String... names) {
        TreeSet<WorkloadKey> keys = new TreeSet<>();
        for (String name : names) {
            keys.add(key(name));
        }
        return keys;
    }

    static WorkloadKey key(String name) {
        return new WorkloadKey("shop", name);
    }

    static Party pod(String name) {
        return new Party("shop", name, name, List.of(), "");
    }

    static String address(int place) {
        return "10.0." + place / 250 + "." + place % 250;
    }
}
