package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsResource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All that one client has of one type, with a fingerprint that costs as little to update as the change is small. */
final class Holdings {

    /** What the client was sent and accepted, as most is: nothing else has to be kept of it. */
    private final Map<String, XdsResource> settled = new HashMap<>();

    private final Map<String, Known> others = new HashMap<>();
    private final Set<String> refused = new TreeSet<>();
    private long fingerprint;
    private int accepted;

    @Nullable
    Known get(String name) {
        XdsResource resource = settled.get(name);
        return resource == null ? others.get(name) : Known.accepted(resource);
    }

    /** The names whose last version the client refused, sorted. */
    Set<String> refused() {
        return Collections.unmodifiableSet(refused);
    }

    int size() {
        return settled.size() + others.size();
    }

    /** How many of them the client has accepted. Asked for every stream each second and after each change, so it is not counted then. */
    int accepted() {
        return accepted;
    }

    void put(String name, Known known) {
        left(name, get(name));
        fingerprint += contribution(name, known.effectiveVersion());
        accepted += known.isAccepted() ? 1 : 0;
        XdsResource resource = known.settled();
        if (resource == null) {
            settled.remove(name);
            others.put(name, known);
        } else {
            others.remove(name);
            settled.put(name, resource);
        }
        if (known.isRefused()) {
            refused.add(name);
        } else {
            refused.remove(name);
        }
    }

    void remove(String name) {
        left(name, get(name));
        settled.remove(name);
        others.remove(name);
        refused.remove(name);
    }

    private void left(String name, @Nullable Known before) {
        if (before != null) {
            fingerprint -= contribution(name, before.effectiveVersion());
            accepted -= before.isAccepted() ? 1 : 0;
        }
    }

    /** The resources that the client uses once it has processed all that was sent, sorted by name. */
    List<XdsResource> effective() {
        TreeMap<String, XdsResource> effective = new TreeMap<>(settled);
        others.forEach((name, known) -> {
            XdsResource resource = known.effective();
            if (resource != null) {
                effective.put(name, resource);
            }
        });
        return List.copyOf(effective.values());
    }

    String version() {
        return version(fingerprint);
    }

    static String version(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }

    /**
     * The part of one resource in the fingerprint, which is the sum of all parts and so does not depend on their order.
     * 64-bit FNV-1a with a final mix; equal in every JVM. Of the name its hash is enough, which a string keeps: versions are of 64 bits and
     * tell the name too.
     */
    static long contribution(String name, String version) {
        if (version.isEmpty()) {
            return 0;
        }
        long hash = fnv((0xcbf29ce484222325L ^ name.hashCode()) * 0x100000001b3L, version);
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    private static long fnv(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
