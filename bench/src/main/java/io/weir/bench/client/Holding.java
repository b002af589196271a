package io.weir.bench.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What one client asks for and has of one kind. */
final class Holding {

    private static final String NOT_YET = "";

    /** By name the version; nothing as long as a name that was asked for has not come. */
    private final Map<String, String> versions = new HashMap<>();

    private String version = "";
    private String nonce = "";
    private int missing;
    private boolean asked;
    private boolean answered;

    boolean isAsked() {
        return asked;
    }

    /** Whether a response came, and something for each name that was asked for; or nothing is wanted. */
    boolean isComplete() {
        return missing == 0 && (answered || !asked);
    }

    void asking() {
        asked = true;
    }

    Set<String> names() {
        return versions.keySet();
    }

    /** Names asked for. */
    void want(Collection<String> names) {
        for (String name : names) {
            if (versions.putIfAbsent(name, NOT_YET) == null) {
                missing++;
            }
        }
    }

    void drop(Collection<String> names) {
        names.forEach(this::forget);
    }

    /**
     * Takes a response in.
     *
     * @param whole whether what is not in it is gone
     * @return the names that are gone
     */
    Set<String> take(Envelope envelope, boolean whole) {
        answered = true;
        version = envelope.version();
        nonce = envelope.nonce();
        Set<String> present = new HashSet<>();
        for (Envelope.Resource resource : envelope.resources()) {
            present.add(resource.name());
            String own = resource.version().isEmpty() ? version : resource.version();
            if (NOT_YET.equals(versions.put(resource.name().intern(), own.intern()))) {
                missing--;
            }
        }
        Set<String> gone = new HashSet<>(envelope.removed());
        if (whole) {
            gone.addAll(versions.keySet());
            gone.removeAll(present);
        }
        gone.forEach(this::forget);
        return gone;
    }

    private void forget(String name) {
        if (NOT_YET.equals(versions.remove(name))) {
            missing--;
        }
    }

    /** The version of the last response. */
    String version() {
        return version;
    }

    /** The nonce of the last response. */
    String nonce() {
        return nonce;
    }

    /** A new stream knows no nonce of an earlier one, and nothing was asked for on it. */
    void restart() {
        nonce = "";
        asked = false;
    }

    /** What is really there, by name the version. */
    Map<String, String> present() {
        Map<String, String> present = new HashMap<>(versions);
        present.values().removeIf(NOT_YET::equals);
        return present;
    }
}
