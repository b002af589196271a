package io.weir.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.Definitions;
import io.weir.testing.kube.KubeApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A namespace with a client, two versions of a web app behind a Service that is split, and a pod without a sidecar, in a
 * real API server. What controllers and kubelets would do is done by hand.
 */
final class ClusterShop {

    private static final String SIDECAR =
            "{\"version\":\"0\",\"style\":\"NATIVE\",\"interception\":\"REDIRECT\",\"udpPorts\":{},\"excludedInboundPorts\":[]}";

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: NAME, namespace: NS}
            spec: {selector: {app: NAME}, ports: [{name: http, port: 80, targetPort: 8080}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: NAME-1, namespace: NS, labels: {kubernetes.io/service-name: NAME}}
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}]
            endpoints:
            ENDPOINTS---
            """;

    private static final String ENDPOINT =
            "- {addresses: [ADDRESS], conditions: {ready: true}, targetRef: {kind: Pod, namespace: NS, name: POD}}\n";

    private static final String SMI = """
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: HTTPRouteGroup
            metadata: {name: api, namespace: NS}
            spec: {matches: [{name: books, pathRegex: /books, methods: [GET]}]}
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: clients, namespace: NS}
            spec:
              destination: {kind: ServiceAccount, name: v1, namespace: NS}
              rules: [{kind: HTTPRouteGroup, name: api, matches: [books]}]
              sources: [{kind: ServiceAccount, name: client, namespace: NS}]
            ---
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: canary, namespace: NS, labels: {keep: me}}
            spec:
              service: web
              backends: [{service: web-v1, weight: 90}, {service: web-v2, weight: 10}]
            """;

    private final KubeApiServer kube;
    final String namespace;
    private final List<HasMetadata> made = new ArrayList<>();

    ClusterShop(KubeApiServer kube) {
        this.kube = kube;
        this.namespace = kube.namespace("shop");
        install(kube.client());
        for (String account : List.of("client", "v1", "v2", "plain")) {
            create("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: NS}\n".formatted(account));
        }
        pod("client", "client", "10.9.0.1", SIDECAR, "");
        pod("web-v1", "v1", "10.9.0.2", SIDECAR, "");
        pod("web-v2", "v2", "10.9.0.3", SIDECAR, "");
        pod("plain", "plain", "10.9.0.4", "", "");
        service("web", "web-v1=10.9.0.2", "web-v2=10.9.0.3");
        service("web-v1", "web-v1=10.9.0.2");
        service("web-v2", "web-v2=10.9.0.3");
        service("plain", "plain=10.9.0.4");
        create(SMI);
    }

    /** In as few words as possible: the mesh's kinds, without the webhook that converts. */
    private static void install(KubernetesClient client) {
        for (SmiKind kind : SmiKind.values()) {
            String name = kind.plural() + "." + kind.group();
            try (InputStream in = SmiKind.class.getResourceAsStream("/crds/" + name + ".yaml")) {
                CustomResourceDefinition definition =
                        client.getKubernetesSerialization().unmarshal(in, CustomResourceDefinition.class);
                definition.getSpec().setConversion(null);
                client.resource(definition).forceConflicts().serverSideApply();
                Definitions.awaitEstablished(client, name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Creates objects; NS stands for the namespace. */
    void create(String yaml) {
        byte[] text = yaml.replace("NS", namespace).getBytes(StandardCharsets.UTF_8);
        kube.client()
                .load(new ByteArrayInputStream(text))
                .items()
                .forEach(object -> made.add(kube.client().resource(object).create()));
    }

    /** A pod with a sidecar. */
    void pod(String name, String account, String address, String annotations) {
        pod(name, account, address, SIDECAR, annotations);
    }

    private void pod(String name, String account, String address, String sidecar, String annotations) {
        create("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: NAME
                  namespace: NS
                  labels: {app: NAME}
                  annotations:
                    weir.io/sidecar: 'SIDECAR'
                ANNOTATIONSspec:
                  serviceAccountName: ACCOUNT
                  nodeName: node-1
                  containers:
                  - {name: app, image: app, ports: [{name: http, containerPort: 8080}]}
                CONTAINER""".replace("NAME", name)
                .replace("ACCOUNT", account)
                .replace("CONTAINER", sidecar.isEmpty() ? "" : "  - {name: weir-proxy, image: proxy}\n")
                .replace("SIDECAR", sidecar)
                .replace("ANNOTATIONS", annotations));
        kube.client().pods().inNamespace(namespace).withName(name).editStatus(it -> ready(it, address));
    }

    private static Pod ready(Pod pod, String address) {
        return pod.edit()
                .editOrNewStatus()
                .withPhase("Running")
                .withPodIP(address)
                .addNewPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private void service(String name, String... pods) {
        StringBuilder endpoints = new StringBuilder();
        for (String pod : pods) {
            String[] parts = pod.split("=", 2);
            endpoints.append(ENDPOINT.replace("POD", parts[0]).replace("ADDRESS", parts[1]));
        }
        create(SERVICE.replace("ENDPOINTS", endpoints).replace("NAME", name));
    }

    /** A kubeconfig of somebody with a role everywhere. */
    String everywhere(String role) {
        String people = kube.namespace("people");
        kube.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(people)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("", "ServiceAccount", "default", people)
                        .build())
                .create();
        return kube.serviceAccount(people, "default").kubeconfig().toString();
    }

    /** A kubeconfig of somebody with roles in this namespace alone. */
    String here(String... roles) {
        String people = kube.namespace("people");
        for (String role : roles) {
            kube.client()
                    .resource(new RoleBindingBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace)
                            .withName(people + "-" + role.replace(":", "-"))
                            .endMetadata()
                            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                            .addNewSubject("", "ServiceAccount", "default", people)
                            .build())
                    .create();
        }
        return kube.serviceAccount(people, "default").kubeconfig().toString();
    }

    /** Leaves the kinds without objects of ours, for other classes of tests. */
    void close() {
        for (HasMetadata object : made.reversed()) {
            kube.client().resource(object).withGracePeriod(0).delete();
        }
    }
}
