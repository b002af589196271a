package io.weir.injector.inject;

import io.weir.injector.inject.InjectionDecision.Problem;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a pod without a sidecar must leave to the sidecar: its user, its names, its ports. */
record Trespasses(PodTree pod) {

    private static final Set<Integer> TCP = Set.of(
            Sidecar.OUTBOUND_PORT,
            Sidecar.INBOUND_PORT,
            Sidecar.METRICS_PORT,
            Sidecar.HEALTH_PORT,
            Sidecar.HTTP_PROXY_PORT);

    List<Problem> all() {
        List<Problem> problems = new ArrayList<>();
        if (pod.list(PodTree.CONTAINERS).isEmpty()) {
            problems.add(new Problem("spec.containers", "the pod has no containers.", "Add one."));
        }
        for (String field : List.of(PodTree.INIT_CONTAINERS, PodTree.CONTAINERS)) {
            List<ObjectNode> containers = pod.list(field);
            for (int i = 0; i < containers.size(); i++) {
                container(containers.get(i), "spec." + field + "[" + i + "]", problems);
            }
        }
        for (String volume : List.of(Sidecar.CREDENTIALS_VOLUME, Sidecar.RUN_VOLUME)) {
            if (pod.entry(PodTree.VOLUMES, volume) != null) {
                problems.add(new Problem(
                        "spec.volumes", "'" + volume + "' is the name of a volume of the sidecar.", "Rename it."));
            }
        }
        // A user that the pod sets is found at each of its containers.
        return problems.stream().distinct().toList();
    }

    private void container(ObjectNode container, String field, List<Problem> problems) {
        String name = PodTree.name(container);
        if (name.equals(Sidecar.PROXY_CONTAINER) || name.equals(Sidecar.INIT_CONTAINER)) {
            problems.add(new Problem(
                    field + ".name", "'" + name + "' is the name of a container of the sidecar.", "Rename it."));
        }
        JsonNode own = container.path("securityContext").path("runAsUser");
        JsonNode user =
                own.isNumber() ? own : pod.spec().path("securityContext").path("runAsUser");
        if (user.asLong(-1) == Sidecar.UID) {
            problems.add(new Problem(
                    (own.isNumber() ? field : "spec") + ".securityContext.runAsUser",
                    Sidecar.UID + " is the sidecar's user, whose connections are not redirected.",
                    "Choose another user."));
        }
        for (JsonNode port : container.path("ports")) {
            int number = port.path("containerPort").asInt(0);
            boolean udp = port.path("protocol").asString("TCP").equals("UDP");
            if (udp ? ourUdp(number) : TCP.contains(number)) {
                problems.add(new Problem(
                        field + ".ports", "the sidecar listens at " + number + " itself.", "Choose another port."));
            }
        }
    }

    private boolean ourUdp(int port) {
        return port >= Sidecar.FIRST_UDP_PORT
                && port < Sidecar.FIRST_UDP_PORT + UdpPorts.of(pod).size();
    }
}
