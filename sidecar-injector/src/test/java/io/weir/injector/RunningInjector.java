package io.weir.injector;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.inject.InjectionSettings;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.Definitions;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** An injector that a real API server calls, installed as its manifests say but for the port. */
final class RunningInjector {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RunningInjector() {}

    /** Returns once it is ready. */
    static Injector start(
            KubeApiServer kube, InstalledAccount account, KubernetesClient client, InjectionSettings settings)
            throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        Injector injector =
                Injector.start(client, new InjectorOptions(account.namespace(), anyPort, anyPort, settings));
        if (kube.client()
                        .services()
                        .inNamespace(account.namespace())
                        .withName("weir-injector")
                        .get()
                == null) {
            kube.serviceOnThisMachine(account.namespace(), "weir-injector");
        }
        install(kube, account.namespace(), injector.webhookPort());
        await().atMost(PATIENCE).until(injector::isReady);
        awaitKnown(kube);
        return injector;
    }

    /** The webhooks and the SMI kinds, as they are installed. */
    private static void install(KubeApiServer kube, String namespace, int port) throws IOException {
        apply(kube, "/kubernetes/webhooks.yaml", namespace, port);
        for (SmiKind kind : SmiKind.values()) {
            apply(kube, "/crds/" + kind.plural() + "." + kind.group() + ".yaml", namespace, port);
        }
    }

    private static void apply(KubeApiServer kube, String resource, String namespace, int port) throws IOException {
        String text;
        try (InputStream in = Objects.requireNonNull(SmiKind.class.getResourceAsStream(resource))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String here = text.replace("namespace: weir-system", "namespace: " + namespace)
                .replace("port: 443", "port: " + port);
        for (HasMetadata object : kube.client()
                .load(new ByteArrayInputStream(here.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            kube.client().resource(object).fieldManager("test").forceConflicts().serverSideApply();
        }
    }

    /** Until the API server calls what was installed: it notices a moment later. */
    private static void awaitKnown(KubeApiServer kube) {
        await().atMost(PATIENCE)
                .until(() -> kube.client().apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                                .filter(Definitions::isEstablished)
                                .count()
                        >= SmiKind.values().length);
        String probe = kube.namespace("probe");
        await().atMost(PATIENCE)
                .until(() -> kube.client()
                        .namespaces()
                        .withName(probe)
                        .edit(it -> {
                            it.getMetadata().getAnnotations().put("weir.io/inject", "disabled");
                            it.getMetadata().getLabels().remove("weir.io/inject");
                            return it;
                        })
                        .getMetadata()
                        .getLabels()
                        .containsKey("weir.io/inject"));
    }

    /** So that the next test's namespaces ask nobody. */
    static void uninstall(KubeApiServer kube) {
        kube.client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("weir-injector")
                .delete();
        kube.client()
                .admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName("weir-smi")
                .delete();
    }
}
