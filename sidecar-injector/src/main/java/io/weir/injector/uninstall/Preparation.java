package io.weir.injector.uninstall;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.injector.crd.Release;
import io.weir.injector.crd.Release.Released;
import io.weir.injector.crd.StoredObjects;
import io.weir.injector.crd.StoredObjects.Rewritten;
import java.util.List;

/** Ends what a cluster depends on Weir for, before Weir's programs are deleted. It may be run again at any time. */
public final class Preparation {

    /** How far it came. */
    public enum Outcome {
        /** Weir's programs may be deleted. */
        DONE,
        /** Nothing was changed: pods have sidecars. */
        MESHED,
        /** Nothing but versions was changed: something would be unreadable without Weir. */
        UNWRITTEN
    }

    /**
     * What was found and done.
     *
     * @param meshed pods that have sidecars, also where it went on all the same
     * @param rewritten objects that were stored in older versions
     * @param unlisted why those could not be listed; empty if they could
     * @param released empty unless it came to that, as is {@code deleted}
     * @param deleted as {@code Kind name}
     */
    public record Prepared(
            Outcome outcome,
            List<Meshed> meshed,
            List<Rewritten> rewritten,
            String unlisted,
            List<Released> released,
            List<String> deleted) {

        public Prepared {
            meshed = List.copyOf(meshed);
            rewritten = List.copyOf(rewritten);
            released = List.copyOf(released);
            deleted = List.copyOf(deleted);
        }

        /** An object may be stored in a version that nobody converts once Weir is gone. */
        public boolean leavesOldVersions() {
            return !unlisted.isEmpty()
                    || rewritten.stream().anyMatch(one -> !one.stuck().isEmpty());
        }
    }

    private final MeshedPods pods;
    private final StoredObjects stored;
    private final Release release;
    private final Registrations registrations;

    /** @param systemNamespace where Weir runs */
    public Preparation(KubernetesClient client, String systemNamespace) {
        this.pods = new MeshedPods(client);
        this.stored = new StoredObjects(client);
        this.release = new Release(client, systemNamespace);
        this.registrations = new Registrations(client, systemNamespace);
    }

    /**
     * Does all, or stops where going on would do harm.
     *
     * @param force go on even so
     * @throws KubernetesClientException if the cluster can't be asked
     * @throws IllegalStateException if others write a definition all the time
     */
    public Prepared run(boolean force) {
        List<Meshed> meshed = pods.find();
        if (!meshed.isEmpty() && !force) {
            return new Prepared(Outcome.MESHED, meshed, List.of(), "", List.of(), List.of());
        }
        List<Rewritten> rewritten = List.of();
        String unlisted = "";
        try {
            rewritten = stored.rewrite();
        } catch (KubernetesClientException | IllegalStateException e) {
            unlisted = String.valueOf(e.getMessage());
        }
        Prepared written = new Prepared(Outcome.UNWRITTEN, meshed, rewritten, unlisted, List.of(), List.of());
        return written.leavesOldVersions() && !force
                ? written
                : new Prepared(Outcome.DONE, meshed, rewritten, unlisted, release.run(), registrations.delete());
    }

    /** What takes the sidecars out of these pods, to be typed. */
    public List<String> commands(List<Meshed> meshed) {
        return pods.commands(meshed);
    }
}
