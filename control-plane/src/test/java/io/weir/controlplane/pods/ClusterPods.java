package io.weir.controlplane.pods;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.weir.controlplane.identity.podcert.TestKubelet;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.injector.inject.InterceptionRules;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.pods.Pod;
import io.weir.testing.pods.PodNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Pods that are in a real API server, run in network namespaces, and have the sidecar of the injector. */
final class ClusterPods implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String SIDECAR = new InjectedSidecar(
                    "test", InjectedSidecar.Style.CLASSIC, InjectedSidecar.Interception.REDIRECT, null, null, null)
            .json();

    final KubeApiServer kube;
    final String namespace;
    final TestKubelet kubelet;
    final Served controlPlane;
    private final PodNetwork network;
    private final PodEnvoy envoy;

    /** A pod as the API server has it, and as it runs. */
    record ClusterPod(io.fabric8.kubernetes.api.model.Pod object, Pod running) {

        WorkloadKey key() {
            return new WorkloadKey(
                    object.getMetadata().getNamespace(), object.getMetadata().getName());
        }
    }

    /** What pods have to know of a control plane. */
    interface Served extends AutoCloseable {

        /** The DNS name in its certificate. */
        String serverName();

        /** As pods have them mounted. */
        Path roots();

        /** The cluster as it sees it. */
        ClusterState state();

        @Override
        void close() throws IOException;
    }

    /** Makes a control plane that pods reach at this address. */
    @FunctionalInterface
    interface Serving {
        Served at(String address) throws IOException, InterruptedException;
    }

    ClusterPods(String version, KubeApiServer kube, Path folder, Serving serving)
            throws IOException, InterruptedException {
        this.kube = kube;
        this.network = PodNetwork.create();
        try {
            this.namespace = kube.namespace("shop");
            this.kubelet = new TestKubelet(kube, "node-of-" + namespace);
            this.controlPlane = serving.at(network.host());
            this.envoy = new PodEnvoy(
                    Envoys.binary(version), folder, controlPlane.serverName(), controlPlane.roots(), network.host());
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /** A pod without an Envoy yet. */
    ClusterPod pod(String name) throws IOException {
        Pod running = network.pod(namespace + "/" + name);
        io.fabric8.kubernetes.api.model.Pod object = kubelet.run(kubelet.pod(namespace, name)
                .editMetadata()
                .addToLabels("app", name)
                .addToAnnotations(Keys.SIDECAR, SIDECAR)
                .endMetadata()
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withName("http")
                .withContainerPort(8080)
                .endPort()
                .endContainer()
                .endSpec());
        kube.client()
                .pods()
                .inNamespace(namespace)
                .withName(name)
                .editStatus(pod -> new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP(running.ipv4())
                        .addNewPodIP(running.ipv4())
                        .addNewPodIP(running.ipv6())
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build());
        return new ClusterPod(object, running);
    }

    /** A Service of that pod; returns its cluster IP once the control plane knows where it leads. */
    String service(ClusterPod pod) {
        String name = pod.key().name();
        Service service = kube.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", name)
                        .addNewPort()
                        .withName("http")
                        .withPort(80)
                        .withNewTargetPort(8080)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        kube.client()
                .resource(new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name + "-1")
                        .addToLabels("kubernetes.io/service-name", name)
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses(pod.running().ipv4())
                        .withNewConditions()
                        .withReady(true)
                        .endConditions()
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withNamespace(namespace)
                        .withName(name)
                        .withUid(pod.object().getMetadata().getUid())
                        .endTargetRef()
                        .endEndpoint()
                        .addNewPort()
                        .withName("http")
                        .withPort(8080)
                        .withProtocol("TCP")
                        .endPort()
                        .build())
                .create();
        String clusterIp = service.getSpec().getClusterIP();
        await().atMost(PATIENCE)
                .until(() -> KubeProxy.script(controlPlane.state()).contains(clusterIp));
        return clusterIp;
    }

    /** Starts its Envoy, with this proof and, in its node id, that name. */
    void inject(ClusterPod pod, WorkloadKey claimed, XdsProof proof) throws IOException {
        pod.running().run(new InterceptionRules(new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), List.of()).script());
        pod.running().run(KubeProxy.script(controlPlane.state()));
        envoy.start(pod.running(), claimed, pod.object().getSpec().getServiceAccountName(), proof);
    }

    boolean isReady(ClusterPod pod) {
        try {
            return envoy.isReady(pod.running());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String admin(ClusterPod pod, String path) {
        try {
            return envoy.admin(pod.running(), path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        network.close();
        controlPlane.close();
        kubelet.close();
    }
}
