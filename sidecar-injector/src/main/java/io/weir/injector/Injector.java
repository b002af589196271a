package io.weir.injector;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.cluster.ClusterNamespaces;
import io.weir.injector.cluster.NamespaceLabels;
import io.weir.injector.serving.ServedBy;
import io.weir.injector.serving.ServingCertificates;
import io.weir.injector.smi.ConversionEndpoint;
import io.weir.injector.smi.ValidationEndpoint;
import io.weir.injector.webhook.InjectEndpoint;
import io.weir.injector.webhook.NamespaceEndpoint;
import io.weir.injector.webhook.PlainPages.Text;
import io.weir.injector.webhook.Reviews;
import io.weir.injector.webhook.WebhookServer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the injector: all that the API server asks Weir. Everything is made here, in the order in which it depends
 * on each other, and ended in the reverse order.
 */
public final class Injector implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Injector.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ServingCertificates certificates;
    private final WebhookServer webhooks;
    private final WebhookServer admin;

    private Injector(KubernetesClient client, InjectorOptions options) throws IOException {
        Reviews reviews = new Reviews();
        ClusterNamespaces namespaces = new ClusterNamespaces(client, options.settings());
        certificates =
                ServingCertificates.start(client, options.namespace(), ServedBy.injector(), InstantSource.system());
        parts.push(certificates);
        ValidationEndpoint validation = new ValidationEndpoint(namespaces);
        ConversionEndpoint conversion = new ConversionEndpoint();
        webhooks = WebhookServer.start(
                options.webhooks(),
                certificates.keyManager(),
                Map.of(
                        "/inject",
                        new InjectEndpoint(namespaces, options.settings(), reviews),
                        "/namespaces",
                        new NamespaceEndpoint(),
                        "/validate",
                        validation,
                        "/convert",
                        conversion));
        parts.push(webhooks);
        admin = WebhookServer.plain(
                options.admin(),
                Map.of(
                        "/healthz", () -> new Text(200, "ok\n"),
                        "/readyz", this::readiness,
                        "/metrics", () -> new Text(200, reviews.text())));
        parts.push(admin);
        parts.push(NamespaceLabels.start(client, BETWEEN_LOOKS));
    }

    /**
     * Starts; it is ready a moment later, once the API server knows its certificate.
     *
     * @param client stays its owner's, and must be open until this is closed
     * @throws IOException if an address can't be bound
     */
    public static Injector start(KubernetesClient client, InjectorOptions options) throws IOException {
        Injector injector = new Injector(client, options);
        log.info("webhooks at port {}, health and metrics at port {}", injector.webhookPort(), injector.adminPort());
        return injector;
    }

    private Text readiness() {
        return certificates.isReady()
                ? new Text(200, "ok\n")
                : new Text(503, "the API server does not know this certificate yet\n");
    }

    public boolean isReady() {
        return certificates.isReady();
    }

    /** The port that the API server calls. */
    public int webhookPort() {
        return webhooks.port();
    }

    /** The port of health and metrics. */
    public int adminPort() {
        return admin.port();
    }

    /** Answers what was begun, then ends. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IOException("not all ended cleanly: " + e, e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
