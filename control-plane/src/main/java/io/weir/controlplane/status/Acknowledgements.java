package io.weir.controlplane.status;

import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
import java.util.SortedSet;

/**
 * What the proxies of all replicas of the control plane made of the present objects.
 *
 * @param inSync those that acknowledged all they were sent
 * @param whole whether every replica says so; where not, others than these may be in sync too
 * @param refusals what proxies refuse at present
 */
public record Acknowledgements(SortedSet<WorkloadKey> inSync, boolean whole, List<Refusal> refusals) {

    public Acknowledgements {
        inSync = Sorted.set(inSync);
        refusals = List.copyOf(refusals);
    }

    /**
     * One refusal.
     *
     * @param resources the names of what is refused
     * @param reason the proxy's words
     */
    public record Refusal(WorkloadKey proxy, List<String> resources, String reason) {
        public Refusal {
            resources = List.copyOf(resources);
        }
    }
}
