package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.wellknown.Sidecar;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The control plane, the injector and telemetry: whether they run, are reached, and have a leader. */
final class Programs implements Category {

    static final String CONTROL_PLANE = "weir-control-plane";
    static final String INJECTOR = "weir-injector";

    private final String systemNamespace;

    Programs(String systemNamespace) {
        this.systemNamespace = systemNamespace;
    }

    @Override
    public String name() {
        return "weir-programs";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        List<Check> checks = new ArrayList<>();
        List<String> programs = TelemetrySwitch.isOn(client, systemNamespace)
                ? List.of(CONTROL_PLANE, INJECTOR, Sidecar.TELEMETRY_SERVICE)
                : List.of(CONTROL_PLANE, INJECTOR);
        for (String name : programs) {
            Check ready = ready(
                    name,
                    client.apps()
                            .deployments()
                            .inNamespace(systemNamespace)
                            .withName(name)
                            .get());
            checks.add(ready);
            checks.add(endpoints(client, name));
        }
        checks.add(leader(client.leases()
                .inNamespace(systemNamespace)
                .withName(CONTROL_PLANE)
                .get()));
        return checks;
    }

    private Check ready(String name, @Nullable Deployment deployment) {
        String description = "deployment " + name + " is ready";
        if (deployment == null) {
            return Check.error(
                    description,
                    "there is none in namespace " + systemNamespace,
                    "run: weir install; or say where Weir is with -n");
        }
        int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        var status = deployment.getStatus();
        int ready = status == null ? 0 : Objects.requireNonNullElse(status.getReadyReplicas(), 0);
        int updated = status == null ? 0 : Objects.requireNonNullElse(status.getUpdatedReplicas(), 0);
        if (ready >= wanted && updated >= wanted) {
            return Check.good(description + ": " + ready + " of " + wanted);
        }
        String told = ready + " of " + wanted + " replicas are ready, " + updated + " of this version";
        String hint = "kubectl -n " + systemNamespace + " describe deployment " + name + "; kubectl -n "
                + systemNamespace + " logs deployment/" + name;
        return ready == 0 ? Check.error(description, told, hint) : Check.warning(description, told, hint);
    }

    private Check endpoints(KubernetesClient client, String service) {
        List<EndpointSlice> slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(systemNamespace)
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems();
        long ready = slices.stream()
                .flatMap(slice -> Objects.requireNonNullElse(slice.getEndpoints(), List.<Endpoint>of()).stream())
                .filter(endpoint -> endpoint.getConditions() == null
                        || !Boolean.FALSE.equals(endpoint.getConditions().getReady()))
                .count();
        String description = "service " + service + " leads to a replica";
        return ready > 0
                ? Check.good(description)
                : Check.error(
                        description,
                        "it has no ready endpoint",
                        "kubectl -n " + systemNamespace + " get endpointslices,pods");
    }

    private Check leader(@Nullable Lease lease) {
        String description = "the control plane has a leader";
        String hint = "kubectl -n " + systemNamespace + " logs deployment/" + CONTROL_PLANE;
        if (lease == null
                || lease.getSpec().getHolderIdentity() == null
                || lease.getSpec().getHolderIdentity().isEmpty()) {
            return Check.error(description, "nobody holds the Lease " + CONTROL_PLANE, hint);
        }
        ZonedDateTime renewed = lease.getSpec().getRenewTime();
        int seconds = Objects.requireNonNullElse(lease.getSpec().getLeaseDurationSeconds(), 15);
        long ago = renewed == null
                ? Long.MAX_VALUE
                : Duration.between(renewed.toInstant(), Instant.now()).toSeconds();
        // Twice, for clocks that differ.
        return ago > 2L * seconds
                ? Check.error(
                        description,
                        lease.getSpec().getHolderIdentity() + " renewed it " + ago + " s ago, which is too long",
                        hint)
                : Check.good(description + ": " + lease.getSpec().getHolderIdentity());
    }
}
