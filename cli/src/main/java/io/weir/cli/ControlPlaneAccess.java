package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.cluster.MeshStatus;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * How the replicas of a cluster's control plane are asked for their status: each at the loopback of its pod, through a
 * port that the API server forwards with the caller's rights.
 */
final class ControlPlaneAccess {

    @Option(
            names = "--system-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where the control plane runs (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    @Option(
            names = "--control-plane",
            paramLabel = "ADDRESS:PORT",
            description = "Where a port is forwarded to port " + Sidecar.LOCAL_ADMIN_PORT
                    + " of a control plane's pod already; may be given again, for each replica (default: the command"
                    + " forwards one to each replica).")
    private List<String> addresses = List.of();

    /** Without options: each replica of that namespace is asked. */
    static ControlPlaneAccess in(String systemNamespace) {
        ControlPlaneAccess access = new ControlPlaneAccess();
        access.systemNamespace = systemNamespace;
        return access;
    }

    /** Asks all replicas; whatever can't be asked is told in the status. */
    MeshStatus ask(KubernetesClient client) {
        List<String> problems = new ArrayList<>();
        return MeshStatus.of(answers(client, problems), problems);
    }

    /**
     * Asks all replicas.
     *
     * @param problems is told whatever can't be asked
     */
    List<MeshStatus.Answer> answers(KubernetesClient client, List<String> problems) {
        ForwardedReplicas replicas =
                new ForwardedReplicas(systemNamespace, Sidecar.CONTROL_PLANE_SERVICE, "/v1/status");
        if (!addresses.isEmpty()) {
            return replicas.ask(addresses, problems);
        }
        return replicas.ask(client, problems);
    }
}
