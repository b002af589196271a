package io.weir.controlplane.source.kubernetes;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.Definitions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * 200 Services and 50 pods in a real API server, with what controllers and kubelets would do done by hand: pods are bound
 * and made ready, and each Service has a slice.
 */
final class SmallCluster {

    static final int SERVICES = 200;
    static final int PODS = 50;
    private static final int PODS_OF_A_SERVICE = 3;
    static final List<String> NAMESPACES = List.of("east", "north", "south", "west");

    private final KubernetesClient client;
    private final Map<String, Pod> pods = new TreeMap<>();

    SmallCluster(KubernetesClient client) {
        this.client = client;
    }

    static String namespace(int index) {
        return NAMESPACES.get(index % NAMESPACES.size());
    }

    void fill() throws InterruptedException {
        NAMESPACES.forEach(this::namespace);
        Map<String, Map<String, String>> labels = new TreeMap<>();
        for (int i = 0; i < SERVICES; i++) {
            String service = "svc-" + i;
            podsOf(i)
                    .forEach(pod ->
                            labels.computeIfAbsent(pod, _ -> new TreeMap<>()).put(service, "yes"));
        }
        each(PODS, i -> pod("pod-" + i, namespace(i), "10.1.0." + (i + 1), labels.getOrDefault("pod-" + i, Map.of())));
        each(SERVICES, i -> {
            service("svc-" + i, namespace(i));
            slice("svc-" + i, namespace(i), podsOf(i));
        });
    }

    private interface Step {
        void run(int index);
    }

    private static void each(int count, Step step) throws InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            IntStream.range(0, count).forEach(i -> running.add(threads.submit(() -> step.run(i))));
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private List<String> podsOf(int service) {
        List<String> names = new ArrayList<>();
        for (int i = service % NAMESPACES.size(); i < PODS; i += NAMESPACES.size()) {
            names.add("pod-" + i);
        }
        int start = service % names.size();
        return IntStream.range(0, PODS_OF_A_SERVICE)
                .mapToObj(i -> names.get((start + i) % names.size()))
                .toList();
    }

    void namespace(String name) {
        Namespace namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("weir.io/mode", "deny")
                .endMetadata()
                .build();
        client.resource(namespace).create();
        for (String account : List.of("default", "web")) {
            client.resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withNamespace(name)
                            .withName(account)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    /** Bound to a node, running and ready. */
    Pod pod(String name, String namespace, String address, Map<String, String> labels) {
        Pod pod = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .withLabels(labels)
                        .addToAnnotations("weir.io/inject", "disabled")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("node-1")
                        .withServiceAccountName("web")
                        .addNewContainer()
                        .withName("web")
                        .withImage("example.invalid/web")
                        .addToEnv(new EnvVar("PADDING", "x".repeat(500), null))
                        .addNewPort()
                        .withName("http")
                        .withContainerPort(8080)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        Pod running = client.resource(pod)
                .editStatus(fresh -> new PodBuilder(fresh)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP(address)
                        .addNewPodIP(address)
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build());
        synchronized (pods) {
            pods.put(name, running);
        }
        return running;
    }

    void deletePod(String name) {
        Pod pod;
        synchronized (pods) {
            pod = pods.remove(name);
        }
        client.resource(pod).withGracePeriod(0).delete();
    }

    Service service(String name, String namespace) {
        return client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector(name, "yes")
                        .addNewPort()
                        .withName("http")
                        .withPort(80)
                        .withNewTargetPort("http")
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    /** Makes or replaces the slice of a Service. */
    void slice(String service, String namespace, List<String> names) {
        List<Endpoint> endpoints = new ArrayList<>();
        synchronized (pods) {
            for (String name : names) {
                Pod pod = pods.get(name);
                endpoints.add(new EndpointBuilder()
                        .withAddresses(pod.getStatus().getPodIP())
                        .withNewConditions()
                        .withReady(true)
                        .endConditions()
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withNamespace(namespace)
                        .withName(name)
                        .withUid(pod.getMetadata().getUid())
                        .endTargetRef()
                        .build());
            }
        }
        EndpointSlice slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(service + "-1")
                .addToLabels("kubernetes.io/service-name", service)
                .endMetadata()
                .withAddressType("IPv4")
                .withEndpoints(endpoints)
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .withProtocol("TCP")
                .endPort()
                .build();
        client.resource(slice).serverSideApply();
    }

    void installDefinitions() {
        for (SmiKind kind : SmiKind.values()) {
            CustomResourceDefinition definition = definition(kind);
            client.resource(definition).create();
        }
        for (SmiKind kind : SmiKind.values()) {
            Definitions.awaitEstablished(client, kind.plural() + "." + kind.group());
        }
    }

    CustomResourceDefinition definition(SmiKind kind) {
        String name = "/crds/" + kind.plural() + "." + kind.group() + ".yaml";
        try (InputStream in = SmiKind.class.getResourceAsStream(name)) {
            return client.getKubernetesSerialization().unmarshal(in, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GenericKubernetesResource split(String name, String namespace, String weight) {
        GenericKubernetesResource split = client.getKubernetesSerialization()
                .unmarshal("""
                        apiVersion: split.smi-spec.io/v1alpha4
                        kind: TrafficSplit
                        metadata: {name: %s, namespace: %s}
                        spec: {service: svc-0, backends: [{service: svc-0, weight: %s}]}
                        """.formatted(name, namespace, weight), GenericKubernetesResource.class);
        return client.resource(split).createOr(existing -> existing.update());
    }

    /** Whatever there is of a kind, as the API server gives it. */
    <T extends HasMetadata> List<T> all(Class<T> type) {
        return client.resources(type).inAnyNamespace().list().getItems();
    }

    List<GenericKubernetesResource> all(SmiKind kind) {
        return client.genericKubernetesResources(kind.hubApiVersion(), kind.kind())
                .inAnyNamespace()
                .list()
                .getItems();
    }
}
