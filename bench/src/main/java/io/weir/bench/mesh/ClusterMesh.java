package io.weir.bench.mesh;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.smi.SmiKind;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.Definitions;
import io.weir.testing.kube.KubeApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A mesh in a real API server, without kubelets and controllers: what those would do is done here. Pods have the sidecar
 * of the injector and never run.
 */
public final class ClusterMesh implements Mesh {

    private static final int AT_ONCE = 16;
    private static final long TOKEN_SECONDS = 24L * 3600;

    private static final String SIDECAR = new InjectedSidecar(
                    "bench",
                    InjectedSidecar.Style.CLASSIC,
                    InjectedSidecar.Interception.REDIRECT,
                    new TreeMap<>(),
                    new TreeSet<>(),
                    new TreeMap<>())
            .json();

    /** Beside an app with a sidecar, since sidecars are told of Services alone that have one. */
    private static final String MOVED = "{addresses: [" + Manifests.address(0) + "], conditions: {ready: true}}";

    private static final ResourceDefinitionContext SPLITS = new ResourceDefinitionContext.Builder()
            .withGroup("split.smi-spec.io")
            .withVersion("v1alpha4")
            .withKind("TrafficSplit")
            .withPlural("trafficsplits")
            .withNamespaced(true)
            .build();

    private final KubeApiServer kube;
    private final KubernetesClient client;
    private final Manifests manifests;

    private ClusterMesh(KubeApiServer kube, Shape shape) {
        this.kube = kube;
        this.client = kube.client();
        this.manifests = new Manifests(shape);
    }

    /** Makes all objects; the server has no others of their kinds. */
    public static ClusterMesh create(KubeApiServer kube, Shape shape) throws IOException, InterruptedException {
        ClusterMesh mesh = new ClusterMesh(kube, shape);
        mesh.define();
        mesh.create(mesh.manifests.namespaces());
        mesh.create(mesh.manifests.accounts());
        inParallel(shape.apps(), mesh::pod);
        List<Manifests.Service> services = mesh.manifests.services();
        inParallel(services.size(), i -> mesh.service(services.get(i)));
        mesh.create(Manifests.service(Manifests.FIRST, Manifests.MOVING, "null") + "---\n"
                + slice(Manifests.FIRST, Manifests.MOVING, mesh.endpoint(Manifests.FIRST, 0) + ", " + MOVED));
        mesh.create(mesh.manifests.grants());
        mesh.create(Manifests.split(0));
        return mesh;
    }

    public KubeApiServer kube() {
        return kube;
    }

    @Override
    public Shape shape() {
        return manifests.shape();
    }

    /** The mesh's kinds, without the webhook that converts. */
    private void define() throws IOException {
        for (SmiKind kind : SmiKind.values()) {
            String name = kind.plural() + "." + kind.group();
            try (InputStream in =
                    Objects.requireNonNull(SmiKind.class.getResourceAsStream("/crds/" + name + ".yaml"), name)) {
                var definition = client.getKubernetesSerialization()
                        .unmarshal(in, io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition.class);
                definition.getSpec().setConversion(null);
                client.resource(definition).serverSideApply();
            }
            Definitions.awaitEstablished(client, name);
        }
    }

    private void create(String yaml) {
        for (HasMetadata object : client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            client.resource(object).create();
        }
    }

    private Void pod(int number) {
        Shape shape = shape();
        int set = shape.setOfApp(number);
        int account = shape.accountOfSet(set);
        Pod pod = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(shape.namespace(account))
                        .withName("app-" + number)
                        .addToLabels("app", "set-" + set)
                        .addToAnnotations(Keys.SIDECAR, SIDECAR)
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName("account-" + account)
                        .withNodeName("node-" + number % 100)
                        .addNewContainer()
                        .withName("app")
                        .withImage("app")
                        .addNewPort()
                        .withName("http")
                        .withContainerPort(Manifests.APP_PORT)
                        .endPort()
                        .endContainer()
                        .addNewContainer()
                        .withName(Sidecar.PROXY_CONTAINER)
                        .withImage("proxy")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.resource(new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP(podAddress(number))
                        .addNewPodIP(podAddress(number))
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build())
                .updateStatus();
        return null;
    }

    private static String podAddress(int number) {
        return "10.128." + number / 250 + "." + (number % 250 + 1);
    }

    private Void service(Manifests.Service service) {
        String endpoints = shape().appsOfSet(service.set()).stream()
                .map(app -> endpoint(service.namespace(), app))
                .collect(Collectors.joining(", "));
        create(Manifests.service(service.namespace(), service.name(), "{app: set-" + service.set() + "}") + "---\n"
                + slice(service.namespace(), service.name(), endpoints));
        return null;
    }

    private String endpoint(String namespace, int app) {
        return "{addresses: [%s], conditions: {ready: true}, targetRef: {kind: Pod, namespace: %s, name: app-%d}}"
                .formatted(podAddress(app), namespace, app);
    }

    private static String slice(String namespace, String name, String endpoints) {
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {namespace: %s, name: %s-1, labels: {kubernetes.io/service-name: %s}}
                addressType: IPv4
                ports: [{name: http, port: %d, protocol: TCP}]
                endpoints: [%s]
                """.formatted(namespace, name, name, Manifests.APP_PORT, endpoints);
    }

    @Override
    public long weigh(int round) {
        long began = System.nanoTime();
        client.genericKubernetesResources(SPLITS)
                .inNamespace(Manifests.FIRST)
                .withName("front")
                .patch(PatchContext.of(PatchType.JSON), """
                        [{"op": "replace", "path": "/spec/backends/0/weight", "value": %d}]
                        """.formatted(Manifests.weight(round)));
        return began;
    }

    @Override
    public long move(int moves) {
        long began = System.nanoTime();
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(Manifests.FIRST)
                .withName(Manifests.MOVING + "-1")
                .patch(PatchContext.of(PatchType.JSON), """
                        [{"op": "replace", "path": "/endpoints/1/addresses/0", "value": "%s"}]
                        """.formatted(Manifests.address(moves)));
        return began;
    }

    /** For each client a token as the kubelet mounts it. */
    public List<String> tokens() throws IOException, InterruptedException {
        return inParallel(shape().clients(), this::token);
    }

    private String token(int number) {
        String[] name = shape().client(number).split("/", 2);
        Pod pod = client.pods().inNamespace(name[0]).withName(name[1]).require();
        return client.serviceAccounts()
                .inNamespace(name[0])
                .withName(pod.getSpec().getServiceAccountName())
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(Sidecar.TOKEN_AUDIENCE)
                        .withExpirationSeconds(TOKEN_SECONDS)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(name[1])
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    private static <T> List<T> inParallel(int count, IntFunction<T> task) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<T>> futures = IntStream.range(0, count)
                    .mapToObj(i -> threads.submit(() -> task.apply(i)))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException("the API server was not given what it was to have", e.getCause());
        }
    }
}
