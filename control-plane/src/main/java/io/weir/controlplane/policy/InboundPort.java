package io.weir.controlplane.policy;

import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadPort;
import java.util.List;
import java.util.SortedSet;

/**
 * One port of a workload and everything that decides who may use it.
 *
 * @param mode permissive: grants are ignored
 * @param grants those for the workload's identity that cover this port and can apply to its protocol: for HTTP
 *     {@code Http} and {@code Stream}, for TCP {@code Stream}, for UDP {@code Datagram}; sorted by origin
 * @param audited what targets under audit would add to {@code grants}, kept in the same way: nobody is let in by these
 * @param datagramSources for UDP: the addresses of the sidecars, or of their pods, whose identities the grants name; else empty
 */
public record InboundPort(
        WorkloadPort port, Mode mode, List<Grant> grants, List<Grant> audited, SortedSet<String> datagramSources) {

    public InboundPort {
        grants = List.copyOf(grants);
        audited = List.copyOf(audited);
        datagramSources = Sorted.set(datagramSources);
    }
}
