package io.weir.controlplane.xds.server;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be logged of denied streams: each reason once a minute with how often it was. Whoever is denied comes again
 * within the second, as the proxies of a replica do that has just been removed. The counters have them all.
 */
final class DenialLog {

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Map<String, Told> told = new HashMap<>();

    private record Told(Instant at, int since) {}

    /**
     * Null where this one need not be told.
     *
     * @param reason of a closed set
     */
    @Nullable
    synchronized String line(String reason, Instant now) {
        Told last = told.get(reason);
        if (last != null && now.isBefore(last.at().plus(PAUSE))) {
            told.put(reason, new Told(last.at(), last.since() + 1));
            return null;
        }
        told.put(reason, new Told(now, 0));
        String line = "stream denied: " + reason;
        return last == null || last.since() == 0 ? line : line + " (" + last.since() + " more since " + last.at() + ")";
    }
}
