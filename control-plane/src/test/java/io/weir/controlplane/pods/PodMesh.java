package io.weir.controlplane.pods;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.source.directory.ManifestFiles;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.injector.bootstrap.TelemetrySink;
import io.weir.injector.inject.InterceptionRules;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.pods.Pod;
import io.weir.testing.pods.PodNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * A mesh of pods. Each Workload of the manifests is a pod, with a sidecar unless it says otherwise; Services have cluster
 * IPs of both families, in the order of their first mention, unless their name ends in {@code -headless}.
 */
final class PodMesh implements AutoCloseable {

    private static final Pattern COMPLAINT = Pattern.compile("\\[(error|critical)]|eprecated");

    private final PodNetwork network;
    private final Map<WorkloadKey, Pod> pods = new HashMap<>();
    private final List<ServiceKey> services = new ArrayList<>();
    private final List<Pod> meshed = new ArrayList<>();
    private final PodControlPlane controlPlane;
    private final PodEnvoy envoy;

    /** Whose sidecars count nothing. */
    PodMesh(String version, String manifests, Path folder) throws IOException, InterruptedException {
        this(version, manifests, folder, false);
    }

    /** @param counting whether sidecars count, as far as they can; nobody takes what they push */
    PodMesh(String version, String manifests, Path folder, boolean counting) throws IOException, InterruptedException {
        network = PodNetwork.create();
        try {
            ClusterState state = state(manifests);
            controlPlane = new PodControlPlane(state, network.host(), folder);
            envoy = new PodEnvoy(
                    Envoys.binary(version),
                    folder,
                    controlPlane.serverName(),
                    controlPlane.roots(),
                    network.host(),
                    counting ? new TelemetrySink(network.host(), Sidecar.TELEMETRY_PORT, "nobody.invalid") : null);
            for (WorkloadKey key : state.replicas().keySet()) {
                pod(key).run(KubeProxy.script(state));
                Workload workload = controlPlane.workload(key);
                if (workload.binds() != null) {
                    inject(pod(key), workload, workload.binds());
                }
            }
            until("every pod is ready", () -> meshed.stream().allMatch(this::isReady));
            settle();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    private void inject(Pod pod, Workload workload, Binds binds) throws IOException {
        if (binds instanceof Binds.Redirected redirected) {
            pod.run(new InterceptionRules(redirected.udpPorts(), redirected.excludedPorts(), new TreeSet<>(), List.of())
                    .script());
        }
        XdsProof proof = XdsProof.token(controlPlane.token(workload));
        envoy.start(pod, workload.key(), workload.identity().serviceAccount(), proof);
        meshed.add(pod);
    }

    /** Replaces all that the cluster holds; no pod may come or go. */
    void apply(String manifests) throws IOException, InterruptedException {
        controlPlane.set(state(manifests));
        settle();
    }

    private void settle() throws InterruptedException {
        until("every proxy is in sync", () -> controlPlane.inSync(meshed.size()));
    }

    private ClusterState state(String manifests) throws IOException {
        TreeMap<String, String> files = new TreeMap<>(Map.of("mesh.yaml", manifests));
        ClusterState folder = ManifestFiles.parse(files);
        if (!folder.diagnostics().isEmpty()) {
            throw new IllegalArgumentException(folder.diagnostics().toString());
        }
        for (WorkloadKey key : folder.replicas().keySet()) {
            if (!pods.containsKey(key)) {
                pods.put(key, network.pod(key.toString()));
            }
        }
        folder.services().keySet().stream()
                .filter(key -> !services.contains(key))
                .forEach(services::add);
        return new InCluster(key -> List.of(pod(key).ipv4(), pod(key).ipv6()), this::clusterIps).of(folder);
    }

    private List<String> clusterIps(ServiceKey key) {
        int number = services.indexOf(key) + 1;
        return key.name().endsWith("-headless") ? List.of() : List.of("10.96.0." + number, "fd96::" + number);
    }

    Pod pod(String name) {
        String[] parts = name.split("/", 2);
        return pod(new WorkloadKey(parts[0], parts[1]));
    }

    private Pod pod(WorkloadKey key) {
        return Objects.requireNonNull(pods.get(key), key::toString);
    }

    /** A cluster IP. */
    String ipv4(String service) {
        return clusterIps(service).getFirst();
    }

    String ipv6(String service) {
        return clusterIps(service).getLast();
    }

    private List<String> clusterIps(String service) {
        String[] parts = service.split("/", 2);
        return clusterIps(new ServiceKey(parts[0], parts[1]));
    }

    PodControlPlane controlPlane() {
        return controlPlane;
    }

    /** What Envoys complained of. Each that always joins headers does so of the flags that make others join them. */
    List<String> complaints() throws IOException {
        List<String> complaints = new ArrayList<>();
        for (Pod pod : meshed) {
            Files.readString(envoy.log(pod))
                    .lines()
                    .filter(line -> line.contains("envoy bug failure")
                            ? !line.contains("removed guard")
                            : COMPLAINT.matcher(line).find() && !line.contains("[envoy_bug]"))
                    .forEach(complaints::add);
        }
        return complaints;
    }

    /** What an Envoy's admin page says. */
    String admin(Pod pod, String path) throws IOException {
        return envoy.admin(pod, path);
    }

    private boolean isReady(Pod pod) {
        try {
            return envoy.isReady(pod);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void until(String what, BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || never.await(50, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("never: " + what + "\n" + controlPlane.told());
            }
        }
    }

    @Override
    public void close() throws IOException {
        network.close();
        controlPlane.close();
    }
}
