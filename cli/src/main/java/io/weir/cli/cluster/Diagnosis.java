package io.weir.cli.cluster;

import io.weir.controlplane.explain.BackendVerdict;
import io.weir.controlplane.explain.Explanation;
import io.weir.controlplane.explain.Miss;
import io.weir.controlplane.explain.Verdict;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.smi.wellknown.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a call between pods ends as it does: what policy says, what the sidecars on both sides have acknowledged of it, and
 * what goes past a sidecar.
 *
 * @param causes in the order in which they are worth looking at; never empty
 * @param callers sidecars of the calling pods, and of those without one the name alone
 * @param servers the same of the pods that may answer
 */
public record Diagnosis(List<Cause> causes, List<Seen> callers, List<Seen> servers) {

    public Diagnosis {
        causes = List.copyOf(causes);
        callers = List.copyOf(callers);
        servers = List.copyOf(servers);
    }

    /**
     * A pod of one of the two sides.
     *
     * @param state how its sidecar stands: of {@link SidecarStatus.State} in lower case, or {@code none}
     */
    public record Seen(String pod, String state, List<String> behind) {}

    /** The cluster that is asked about. */
    public record Mesh(ClusterState state, MeshModel model, MeshStatus status) {}

    /**
     * Whether a pod's annotation has its app's calls of a port go past its sidecar, in plaintext.
     *
     * @param port as the app calls it: the Service's
     */
    public static boolean excludes(Replica caller, int port) {
        return Arrays.stream(caller.annotations()
                        .getOrDefault(Keys.EXCLUDE_OUTBOUND_PORTS, "")
                        .split(",", -1))
                .anyMatch(written -> written.strip().equals(Integer.toString(port)));
    }

    /** Puts together what there is to say about one explanation. */
    public static Diagnosis of(Explanation explanation, List<Replica> callers, Mesh mesh) {
        LinkedHashSet<Cause> causes = new LinkedHashSet<>();
        ServicePortKey target = explanation.target();
        for (Replica caller : callers) {
            if (caller.sidecar() != null && excludes(caller, target.port())) {
                causes.add(new Cause(
                        "excluded_port",
                        "pod " + caller.key() + " has " + Keys.EXCLUDE_OUTBOUND_PORTS + " with port " + target.port()
                                + ", so its calls go past its sidecar, in plaintext",
                        "take the port out of the annotation, and make the pod anew"));
            }
        }
        if (callers.stream().anyMatch(caller -> caller.sidecar() != null)) {
            callers.stream()
                    .filter(caller -> caller.sidecar() == null)
                    .forEach(caller -> causes.add(plaintext(caller)));
        }
        explanation.backends().forEach(backend -> policy(backend, causes));
        if (explanation.backends().isEmpty()) {
            causes.add(new Cause(
                    explanation.status() != null && explanation.status() == 400 ? "bad_path" : "nobody",
                    explanation.reason(),
                    "give a backend weight, or call a path that starts with a slash"));
        }
        List<Replica> servers = servers(explanation, mesh.state());
        servers.forEach(server -> open(server, explanation, mesh, causes));
        List<Seen> here = seen(callers, mesh.status());
        List<Seen> there = seen(servers, mesh.status());
        if (mesh.status().settings() == null) {
            causes.add(new Cause(
                    "not_asked",
                    "what the sidecars acknowledged is not known, since the control plane could not be asked: "
                            + String.join("; ", mesh.status().problems()),
                    "see that it runs and that you may forward ports to its pods"));
        } else {
            acknowledged(here, "the caller's", mesh.status(), causes);
            acknowledged(there, "the destination's", mesh.status(), causes);
        }
        if (causes.isEmpty()) {
            causes.add(new Cause(
                    "app",
                    "policy allows it, and the sidecars of both sides have acknowledged that: a 403 is the app's own"
                            + " (Weir's says \"denied by Weir\" in its body)",
                    ""));
        }
        return new Diagnosis(List.copyOf(causes), here, there);
    }

    /** Of callers some of which have a sidecar, which the answer is about. */
    private static Cause plaintext(Replica caller) {
        return new Cause(
                "plaintext",
                "pod " + caller.key()
                        + " has no sidecar, unlike others that call: it comes in plaintext, which deny mode"
                        + " refuses",
                "make the pod anew in a namespace that is labelled " + Keys.INJECT + "=enabled");
    }

    private static void policy(BackendVerdict backend, LinkedHashSet<Cause> causes) {
        String to = backend.account() == null ? "" : " " + backend.account();
        switch (backend.verdict()) {
            case Verdict.Allowed _ -> {}
            case Verdict.Unavailable nobody ->
                causes.add(new Cause("nobody", nobody.reason(), "see that its pods are ready: kubectl get pods"));
            case Verdict.Denied denied -> causes.add(new Cause(code(denied.miss()), denied.reason(), next(denied, to)));
        }
    }

    private static String code(Miss miss) {
        return switch (miss) {
            case PLAINTEXT -> "plaintext";
            case NO_TARGET, NO_SOURCE -> "no_target";
            case PROTOCOL -> "protocol";
            case PORT -> "port";
            case PATH -> "path";
            case METHOD -> "method";
            case HEADER_MISSING, HEADER_VALUE -> "header";
        };
    }

    private static String next(Verdict.Denied denied, String to) {
        return switch (denied.miss()) {
            case PLAINTEXT ->
                "give the caller a sidecar that sees the call: label its namespace " + Keys.INJECT
                        + "=enabled, and make its pods anew";
            case NO_TARGET -> "write a TrafficTarget with the destination" + to + " and the caller as a source";
            case NO_SOURCE -> "add the caller to the sources of one of those TrafficTargets";
            case PROTOCOL, PORT, PATH, METHOD, HEADER_MISSING, HEADER_VALUE ->
                "if it is to be allowed, add a rule to that TrafficTarget or a match to its route";
        };
    }

    /** Where nobody asks for a TrafficTarget. */
    private static void open(Replica server, Explanation explanation, Mesh mesh, LinkedHashSet<Cause> causes) {
        Workload workload = mesh.model().workloads().get(server.key());
        if (workload == null) {
            return;
        }
        if (!workload.meshed()) {
            causes.add(new Cause(
                    "no_sidecar",
                    "pod " + server.key() + " has no sidecar, so nothing is enforced there",
                    "label its namespace " + Keys.INJECT + "=enabled, and make the pod anew"));
            return;
        }
        Binds binds = Objects.requireNonNull(workload.binds());
        boolean past = ports(server.key(), explanation, mesh.state()).stream()
                .anyMatch(port -> !binds.guards(port, explanation.target().transport()));
        if (past && binds instanceof Binds.Explicit) {
            causes.add(new Cause(
                    "explicit",
                    "pod " + server.key() + " is an explicit-proxy pod: callers reach its app past the sidecar, so"
                            + " nothing is enforced there",
                    "take its annotation " + Keys.INTERCEPTION + " away, and make it anew"));
        } else if (past) {
            causes.add(new Cause(
                    "excluded_port",
                    "callers reach a port of pod " + server.key() + " past its sidecar, so nothing is enforced there",
                    "take the port out of its annotation " + Keys.EXCLUDE_INBOUND_PORTS + ", and make the pod anew"));
        } else if (workload.mode() == Mode.PERMISSIVE) {
            causes.add(new Cause(
                    "permissive",
                    "namespace " + server.key().namespace() + " is permissive, so TrafficTargets are not asked there",
                    "to have them asked: kubectl label namespace "
                            + server.key().namespace() + " " + Keys.MODE + "=deny"));
        }
    }

    /** Where a pod is reached, as it counts its ports. */
    private static Set<Integer> ports(WorkloadKey server, Explanation explanation, ClusterState state) {
        return backends(explanation, state)
                .filter(address -> server.equals(address.replica()))
                .map(BackendAddress::port)
                .collect(Collectors.toSet());
    }

    /** Those behind every backend with a share, once each. */
    private static List<Replica> servers(Explanation explanation, ClusterState state) {
        TreeSet<WorkloadKey> keys = new TreeSet<>();
        backends(explanation, state)
                .map(BackendAddress::replica)
                .filter(Objects::nonNull)
                .forEach(keys::add);
        return keys.stream()
                .map(key -> state.replicas().get(key))
                .filter(Objects::nonNull)
                .toList();
    }

    private static Stream<BackendAddress> backends(Explanation explanation, ClusterState state) {
        return explanation.backends().stream()
                .map(backend -> new ServicePortKey(
                        backend.service(),
                        explanation.target().port(),
                        explanation.target().transport()))
                .flatMap(port -> state.endpoints().getOrDefault(port, List.of()).stream());
    }

    private static List<Seen> seen(List<Replica> replicas, MeshStatus status) {
        List<Seen> seen = new ArrayList<>();
        for (Replica replica : replicas) {
            SidecarStatus sidecar = status.sidecars().get(replica.key().toString());
            seen.add(
                    replica.sidecar() == null
                            ? new Seen(replica.key().toString(), "none", List.of())
                            : sidecar == null
                                    ? new Seen(replica.key().toString(), "unknown", List.of())
                                    : new Seen(
                                            replica.key().toString(),
                                            sidecar.state().name().toLowerCase(Locale.ROOT),
                                            sidecar.behind()));
        }
        return seen;
    }

    private static void acknowledged(
            List<Seen> sidecars, String whose, MeshStatus status, LinkedHashSet<Cause> causes) {
        TreeMap<String, List<String>> byState = new TreeMap<>();
        sidecars.forEach(one ->
                byState.computeIfAbsent(one.state(), _ -> new ArrayList<>()).add(one.pod()));
        byState.forEach((state, pods) -> {
            String names = whose + " sidecar of " + String.join(", ", pods);
            switch (state) {
                case "refused" -> pods.forEach(pod -> causes.add(refused(whose, pod, status)));
                case "stale" ->
                    causes.add(new Cause(
                            "not_acknowledged",
                            names + " has not yet acknowledged what it was sent",
                            "wait a moment and ask again; weir status shows what it is behind with"));
                case "disconnected" ->
                    causes.add(new Cause(
                            "not_connected",
                            names + " has no connection to the control plane, and keeps what it had before",
                            "look at the log of its container weir-proxy: kubectl logs POD -c weir-proxy"));
                case "unknown" ->
                    causes.add(new Cause(
                            "not_asked",
                            names + " may be connected to a replica of the control plane that could not be asked, or is"
                                    + " not known to it yet",
                            "weir status says which replica that is"));
                default -> {}
            }
        });
    }

    private static Cause refused(String whose, String pod, MeshStatus status) {
        SidecarStatus sidecar = status.sidecars().get(pod);
        NackRecord last = sidecar == null ? null : sidecar.report().lastNack();
        return new Cause(
                "refused",
                whose + " sidecar of " + pod + " refuses what it was sent, and keeps the last good one"
                        + (last == null ? "" : ": " + last.resources() + ": " + last.reason()),
                "report this as a bug of Weir's, with the objects and the message");
    }
}
