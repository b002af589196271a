package io.weir.controlplane.status;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.status.Condition.Aspect;
import io.weir.controlplane.status.Condition.Status;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what an object does not allow is refused. */
final class Enforcement {

    /** Why a workload refuses nobody, the most telling first. */
    private enum Lack {
        PERMISSIVE("PermissiveMode", "their namespace or the mesh is permissive, so everybody may call"),
        NO_SIDECAR("NoSidecar", "they have no sidecar, so everybody may call"),
        NOT_INTERCEPTED(
                "NotIntercepted",
                "traffic does not pass their sidecars, or not on all ports, so everybody may call there");

        private final String reason;
        private final String words;

        Lack(String reason, String words) {
            this.reason = reason;
            this.words = words;
        }
    }

    private Enforcement() {}

    /**
     * @param workloads those of {@code destination}
     * @param grants that the object makes for them
     */
    static Condition of(List<Workload> workloads, Identity destination, List<Grant> grants) {
        Map<Lack, Integer> lacking = new EnumMap<>(Lack.class);
        int all = workloads.size();
        for (Workload workload : workloads) {
            Lack lack = lack(workload, grants);
            if (lack != null) {
                lacking.merge(lack, 1, Integer::sum);
            }
        }
        if (all == 0) {
            return new Condition(
                    Aspect.ENFORCED, Status.UNKNOWN, "NoWorkload", "No workload runs as " + destination + ".");
        }
        if (lacking.isEmpty()) {
            return new Condition(
                    Aspect.ENFORCED,
                    Status.TRUE,
                    "Enforced",
                    "The sidecars of all workloads of " + destination + " refuse what is not allowed.");
        }
        List<String> sentences = new ArrayList<>();
        for (Map.Entry<Lack, Integer> one : lacking.entrySet()) {
            sentences.add(
                    one.getValue() + " of " + all + " workloads of " + destination + ": " + one.getKey().words + ".");
        }
        return new Condition(
                Aspect.ENFORCED, Status.FALSE, lacking.keySet().iterator().next().reason, String.join(" ", sentences));
    }

    private static @Nullable Lack lack(Workload workload, List<Grant> grants) {
        if (workload.mode() == Mode.PERMISSIVE) {
            return Lack.PERMISSIVE;
        }
        return switch (workload.binds()) {
            case null -> Lack.NO_SIDECAR;
            case Binds.Explicit _ -> Lack.NOT_INTERCEPTED;
            case Binds.Redirected pod -> passesBy(workload, pod, grants) ? Lack.NOT_INTERCEPTED : null;
            case Binds.Loopback _ -> null;
        };
    }

    private static boolean passesBy(Workload workload, Binds binds, List<Grant> grants) {
        return grants.stream().anyMatch(grant -> {
            Transport transport = grant instanceof Grant.Datagram ? Transport.UDP : Transport.TCP;
            boolean declared = workload.ports().stream()
                    .anyMatch(port -> port.protocol().transport() == transport
                            && grant.ports().covers(port.port())
                            && !workload.guards(port));
            return declared
                    || (grant.ports() instanceof PortScope.Only(var only)
                            && only.stream().anyMatch(port -> !binds.guards(port, transport)));
        });
    }
}
