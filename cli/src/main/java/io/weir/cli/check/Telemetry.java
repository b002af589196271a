package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceCondition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether SMI's metrics API is served, and by sidecars that all push what they count. */
final class Telemetry implements Category {

    private static final List<String> API_SERVICES =
            List.of("v1alpha2.metrics.smi-spec.io", "v1alpha1.metrics.smi-spec.io");
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
    private static final int SHOWN = 5;

    private final String systemNamespace;

    Telemetry(String systemNamespace) {
        this.systemNamespace = systemNamespace;
    }

    @Override
    public String name() {
        return "weir-telemetry";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> checks = new ArrayList<>();
        boolean on = TelemetrySwitch.isOn(client, systemNamespace);
        if (on) {
            API_SERVICES.forEach(name ->
                    checks.add(served(name, client.apiServices().withName(name).get())));
        }
        checks.add(sidecars(client, on));
        return checks;
    }

    private Check served(String name, @Nullable APIService service) {
        String description = "APIService " + name + " is available";
        if (service == null) {
            return Check.error(description, "it does not exist", "run: weir install");
        }
        if (service.getSpec().getService() == null
                || !systemNamespace.equals(service.getSpec().getService().getNamespace())) {
            return Check.error(
                    description,
                    "it leads elsewhere than to namespace " + systemNamespace,
                    "say where Weir is with -n, or let one program only serve SMI's metrics");
        }
        Optional<APIServiceCondition> available = service.getStatus() == null
                ? Optional.empty()
                : service.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("Available"))
                        .findFirst();
        return available
                        .filter(condition -> condition.getStatus().equals("True"))
                        .isPresent()
                ? Check.good(description)
                : Check.error(
                        description,
                        available.map(APIServiceCondition::getMessage).orElse("the API server has not tried it yet"),
                        "while it is not, no namespace of the cluster can be deleted; see kubectl -n " + systemNamespace
                                + " logs deployment/" + Sidecar.TELEMETRY_SERVICE);
    }

    /** Where they push to is in their bootstraps, which change only when pods are made anew. */
    private static Check sidecars(KubernetesClient client, boolean on) {
        List<String> wrong = client.pods().inAnyNamespace().list().getItems().stream()
                .filter(Telemetry::runs)
                .filter(pod -> sidecar(pod).anyMatch(container -> pushes(container) != on))
                .map(pod -> pod.getMetadata().getNamespace() + "/"
                        + pod.getMetadata().getName())
                .sorted()
                .toList();
        String description = on ? "sidecars push what they count" : "telemetry is off, and sidecars push nothing";
        return wrong.isEmpty()
                ? Check.good(description)
                : Check.warning(
                        description,
                        wrong.size()
                                + (on ? " do not: " : " do: ")
                                + wrong.stream().limit(SHOWN).collect(Collectors.joining(", "))
                                + (wrong.size() > SHOWN ? ", ..." : ""),
                        "these pods are older than that setting: kubectl -n NAMESPACE rollout restart deployment");
    }

    private static boolean runs(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && (pod.getStatus() == null
                        || !ENDED.contains(String.valueOf(pod.getStatus().getPhase())));
    }

    private static Stream<Container> sidecar(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .filter(container -> container.getName().equals(Sidecar.PROXY_CONTAINER));
    }

    private static boolean pushes(Container proxy) {
        return Objects.requireNonNullElse(proxy.getArgs(), List.<String>of()).stream()
                .anyMatch(EnvoyBootstrap::hasTelemetry);
    }
}
