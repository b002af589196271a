package io.weir.controlplane;

import io.weir.controlplane.admin.AdminAnswer;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether a replica may be sent proxies, and if not, what it waits for. Safe for use by many threads. */
final class Readiness {

    private final Map<String, String> missing = new TreeMap<>();

    /** Not ready, for this part's sake, until {@link #ready(String)} names it. */
    synchronized void waiting(String part, String reason) {
        missing.put(part, reason);
    }

    synchronized void ready(String part) {
        missing.remove(part);
    }

    /** Empty: ready. */
    synchronized Map<String, String> missing() {
        return new TreeMap<>(missing);
    }

    /** What {@code GET /readyz} answers: 200, or 503 with a line for each part that is missing. */
    AdminAnswer answer() {
        Map<String, String> now = missing();
        return now.isEmpty()
                ? AdminAnswer.text(200, "ok")
                : AdminAnswer.text(
                        503,
                        now.entrySet().stream()
                                .map(part -> part.getKey() + ": " + part.getValue())
                                .collect(Collectors.joining("\n")));
    }
}
