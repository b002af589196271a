package io.weir.cli;

import io.weir.cli.cluster.Diagnosis;
import io.weir.cli.cluster.Named;
import io.weir.controlplane.explain.Answer;
import io.weir.controlplane.explain.Explain;
import io.weir.controlplane.explain.Explanation;
import io.weir.controlplane.explain.Question;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether pods of a cluster may call others.
 *
 * @param port of the Service; null: its only port, else 80
 */
record ClusterExplain(ClusterMesh mesh, @Nullable Integer port, Question.Request request) {

    /** An object in a namespace. */
    record Place(String namespace, Named named) {}

    /** What there is to say about one account that calls one Service. */
    record Explained(Question question, Explanation explanation, Diagnosis diagnosis) {}

    /** One for each account that calls and each Service that leads there; at least one. */
    List<Explained> explain(Place from, Place to) {
        List<Replica> callers = callers(from);
        TreeSet<Identity> accounts =
                callers.stream().map(Replica::identity).collect(Collectors.toCollection(TreeSet::new));
        if (callers.isEmpty()) {
            accounts.add(new Identity(from.namespace(), from.named().name()));
        }
        List<Explained> explained = new ArrayList<>();
        for (Identity account : accounts) {
            List<Replica> calling = callers.stream()
                    .filter(caller -> caller.identity().equals(account))
                    .toList();
            for (ServiceKey service : services(to)) {
                explained.add(explain(account, calling, service));
            }
        }
        return explained;
    }

    /** None for an account that no pod runs as, but that there is. */
    private List<Replica> callers(Place from) {
        ClusterState state = mesh.state();
        Identity account = new Identity(from.namespace(), from.named().name());
        boolean idle = from.named().kind() == Named.Kind.ACCOUNT
                && state.serviceAccounts().contains(account)
                && state.replicas().values().stream()
                        .noneMatch(pod -> pod.identity().equals(account));
        return idle ? List.of() : ClusterPods.of(state, from.namespace(), from.named());
    }

    private Explained explain(Identity account, List<Replica> callers, ServiceKey service) {
        Question question = new Question(account, service, port, null, request);
        Explanation plain = answer(mesh.model(), question);
        // Which port that is, the first answer says; whose annotation excludes it, its sidecar does not see the call.
        MeshModel seen = asCalled(plain, callers);
        Explanation explanation = answer(seen, question);
        return new Explained(
                question,
                explanation,
                Diagnosis.of(explanation, callers, new Diagnosis.Mesh(mesh.state(), mesh.model(), mesh.status())));
    }

    private static Explanation answer(MeshModel model, Question question) {
        return switch (Explain.explain(model, question)) {
            case Explanation found -> found;
            case Answer.Unanswerable unanswerable -> throw new Failure(unanswerable.reason(), unanswerable.fix());
        };
    }

    /** The model with the pods alone that call, as far as callers go, and with the sidecars that see this call. */
    private MeshModel asCalled(Explanation plain, List<Replica> callers) {
        Set<WorkloadKey> calling = callers.stream().map(Replica::key).collect(Collectors.toSet());
        Set<WorkloadKey> answering = mesh.state().endpoints().values().stream()
                .flatMap(List::stream)
                .map(BackendAddress::replica)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Set<Identity> accounts = callers.stream().map(Replica::identity).collect(Collectors.toSet());
        MeshModel model = mesh.model();
        TreeMap<WorkloadKey, Workload> workloads = new TreeMap<>(model.workloads());
        workloads
                .values()
                .removeIf(workload -> accounts.contains(workload.identity())
                        && !calling.contains(workload.key())
                        && !answering.contains(workload.key()));
        for (Replica caller : callers) {
            if (Diagnosis.excludes(caller, plain.target().port())) {
                workloads.computeIfPresent(
                        caller.key(),
                        (_, workload) -> new Workload(
                                workload.key(),
                                workload.uid(),
                                workload.identity(),
                                workload.ports(),
                                workload.mode(),
                                null));
            }
        }
        return new MeshModel(
                model.settings(),
                model.services(),
                workloads,
                model.routes(),
                model.grants(),
                model.audited(),
                model.endpoints(),
                model.direct(),
                model.loopback());
    }

    /** Those that lead to what is named, with the port that is asked about. */
    private List<ServiceKey> services(Place to) {
        if (to.named().kind() == Named.Kind.SERVICE) {
            return List.of(new ServiceKey(to.namespace(), to.named().name()));
        }
        Set<WorkloadKey> servers = ClusterPods.of(mesh.state(), to.namespace(), to.named()).stream()
                .map(Replica::key)
                .collect(Collectors.toSet());
        TreeSet<ServiceKey> services = new TreeSet<>();
        mesh.state().endpoints().forEach((key, addresses) -> {
            MeshService service = mesh.model().services().get(key.service());
            boolean asked = port == null || port == key.port();
            if (service != null
                    && asked
                    && addresses.stream().anyMatch(address -> servers.contains(address.replica()))) {
                services.add(key.service());
            }
        });
        if (services.isEmpty()) {
            throw new Failure(
                    "no Service of namespace " + to.namespace() + " leads to " + to.named()
                            + (port == null ? "" : " at port " + port),
                    "policies and splits are about calls of Services; kubectl get endpointslices -n " + to.namespace()
                            + " shows whom each leads to");
        }
        return List.copyOf(services);
    }
}
