package io.weir.controlplane.admin;

import io.weir.controlplane.push.World;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.time.Duration;
import java.util.Map;

/**
 * {@code GET /v1/replicas?generation=<known>&wait=<seconds>}: answers at once if the caller's generation is not the
 * present one, else when it changes or the time is up.
 */
public final class ReplicaFeed implements AdminRoute, AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final String xds;
    private final String trustDomain;
    private DesiredReplicas present;
    private boolean closed;

    /** @param xds {@code address:port} of the xDS server */
    public ReplicaFeed(World world, String xds, String trustDomain) {
        this.xds = xds;
        this.trustDomain = trustDomain;
        this.present = Replicas.desired(world, xds, trustDomain);
    }

    /** A new world was built. */
    public synchronized void changed(World world) {
        DesiredReplicas next = Replicas.desired(world, xds, trustDomain);
        if (!next.generation().equals(present.generation())) {
            present = next;
            notifyAll();
        }
    }

    @Override
    public synchronized AdminAnswer answer(AdminRequest request) throws InterruptedException {
        Map<String, String> query = request.query();
        String known = query.getOrDefault("generation", "");
        long deadline =
                System.nanoTime() + wait(query.getOrDefault("wait", "0")).toNanos();
        for (long left = deadline - System.nanoTime();
                left > 0 && !closed && known.equals(present.generation());
                left = deadline - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
        return new AdminAnswer(200, "application/json", present.json());
    }

    /** Nobody waits any longer. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private static Duration wait(String seconds) {
        try {
            Duration wait = Duration.ofSeconds(Long.parseLong(seconds));
            return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        } catch (NumberFormatException notANumber) {
            return Duration.ZERO;
        }
    }
}
