package io.weir.injector.inject;

import io.weir.injector.bootstrap.AppMetrics;
import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.injector.bootstrap.Probe;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.InjectedSidecar.Interception;
import io.weir.smi.wellknown.InjectedSidecar.Style;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.MetricsExport;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod with its sidecar.
 *
 * @param sidecar what its annotation says
 */
record SidecarPod(PodTree pod, InjectedSidecar sidecar) {

    private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";
    private static final long USUAL_GRACE_SECONDS = 30;

    /** @param plain a pod without a sidecar, which stays as it is */
    static SidecarPod of(PodTree plain, PodOptions options, InjectionSettings settings) {
        PodTree pod = PodTree.copyOf(plain.root());
        SortedMap<String, String> original = new TreeMap<>();
        Emptiness.note(plain, original);
        SortedMap<Integer, Integer> udpPorts = new TreeMap<>();
        SortedSet<Integer> excluded = new TreeSet<>();
        List<Probe> probes = List.of();
        if (options.interception() == Interception.REDIRECT) {
            udpPorts.putAll(UdpPorts.of(pod));
            excluded.addAll(options.excludedInbound());
            probes = Handlers.redirect(pod, excluded, original);
        }
        AppMetrics metrics = MetricsAnnotations.redirect(pod, original);
        if (options.style() == Style.CLASSIC && pod.annotation(DEFAULT_CONTAINER) == null) {
            String first = PodTree.name(pod.list(PodTree.CONTAINERS).getFirst());
            Annotations.replace(pod, DEFAULT_CONTAINER, first, original);
        }
        EnvoyBootstrap bootstrap = new EnvoyBootstrap(
                settings.mesh().xdsHost(),
                settings.mesh().xdsServerName(),
                settings.credential(),
                probes,
                metrics,
                settings.telemetry(),
                metrics(settings.openTelemetry()));
        SidecarContainers ours = new SidecarContainers(settings, options, grace(pod));
        addContainers(pod, ours, bootstrap, udpPorts);
        ours.volumes().forEach(pod.array(PodTree.VOLUMES)::add);
        InjectedSidecar sidecar = new InjectedSidecar(
                settings.version(), options.style(), options.interception(), udpPorts, excluded, original);
        pod.annotate(Keys.INJECT_SKIPPED, null);
        pod.annotate(Keys.SIDECAR, sidecar.json());
        ours.annotate(pod);
        return new SidecarPod(pod, sidecar);
    }

    /**
     * A native sidecar runs before the author's init containers, which can use it. A classic one starts after them, so
     * redirection does as well, or they would have no network.
     */
    private static void addContainers(
            PodTree pod, SidecarContainers ours, EnvoyBootstrap bootstrap, SortedMap<Integer, Integer> udpPorts) {
        PodOptions options = ours.options();
        ObjectNode proxy = ours.proxy(bootstrap);
        ours.name(proxy, pod);
        if (ours.isNative()) {
            pod.array(PodTree.INIT_CONTAINERS).insert(0, proxy);
        } else {
            pod.array(PodTree.CONTAINERS).insert(0, proxy);
        }
        if (options.interception() == Interception.REDIRECT) {
            ArrayNode init = pod.array(PodTree.INIT_CONTAINERS);
            init.insert(
                    ours.isNative() ? 0 : init.size(),
                    ours.init(new InterceptionRules(
                            udpPorts,
                            options.excludedInbound(),
                            options.excludedOutbound(),
                            options.excludedNetworks())));
        }
    }

    /** The service's name is in the environment, as it is for traces. */
    private static @Nullable MetricsExport metrics(@Nullable OpenTelemetrySettings collector) {
        return collector == null || !collector.metrics()
                ? null
                : new MetricsExport(collector.host(), collector.port(), collector.tls(), "");
    }

    private static long grace(PodTree pod) {
        JsonNode grace = pod.spec().path("terminationGracePeriodSeconds");
        return grace.isNumber() ? grace.asLong() : USUAL_GRACE_SECONDS;
    }
}
