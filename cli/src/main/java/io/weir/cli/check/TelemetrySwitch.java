package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;

/** Whether an installation counts traffic: the value {@code telemetry.enabled} of the chart, as its injector was told. */
final class TelemetrySwitch {

    private TelemetrySwitch() {}

    /** False too where there is no injector, or one of a Weir that knew nothing of it. */
    static boolean isOn(KubernetesClient client, String systemNamespace) {
        Deployment injector = client.apps()
                .deployments()
                .inNamespace(systemNamespace)
                .withName(Programs.INJECTOR)
                .get();
        return injector != null
                && injector.getSpec().getTemplate().getSpec().getContainers().stream()
                        .map(Container::getArgs)
                        .anyMatch(arguments -> isOn(Objects.requireNonNullElse(arguments, List.of())));
    }

    private static boolean isOn(List<String> arguments) {
        int option = arguments.indexOf("--telemetry");
        return option >= 0
                && option + 1 < arguments.size()
                && arguments.get(option + 1).equals("on");
    }
}
