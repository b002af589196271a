package io.weir.testing.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KubeTest
class WebhooksTest {

    private final KubernetesClient client;
    private final String namespace;
    private final Authority authority = new Authority("webhooks");
    private HttpsServer server;
    private ValidatingWebhookConfiguration configuration;

    WebhooksTest(KubeApiServer kube) {
        this.client = kube.client();
        this.namespace = kube.namespace("webhooks");
        kube.serviceOnThisMachine(namespace, "gate");
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serving("gate." + namespace + ".svc")));
        server.createContext("/validate", this::refuse);
        server.start();
        configuration = client.resource(configuration()).create();
    }

    @AfterEach
    void stop() {
        client.resource(configuration).delete();
        server.stop(0);
    }

    @Test
    void a_webhook_that_names_a_service_is_called_on_this_machine() {
        assertThatThrownBy(() -> client.resource(new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName("refused")
                                .endMetadata()
                                .build())
                        .create())
                .hasMessageContaining("seen by the test: CREATE refused");
        assertThat(client.configMaps()
                        .inNamespace(namespace)
                        .withName("refused")
                        .get())
                .isNull();
    }

    private void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            AdmissionReview review =
                    client.getKubernetesSerialization().unmarshal(exchange.getRequestBody(), AdmissionReview.class);
            String answer = client.getKubernetesSerialization()
                    .asJson(new AdmissionReviewBuilder()
                            .withNewResponse()
                            .withUid(review.getRequest().getUid())
                            .withAllowed(false)
                            .withStatus(new StatusBuilder()
                                    .withMessage("seen by the test: "
                                            + review.getRequest().getOperation() + " "
                                            + review.getRequest().getName())
                                    .build())
                            .endResponse()
                            .build());
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private ValidatingWebhookConfiguration configuration() {
        return new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .addNewWebhook()
                .withName("gate.example.com")
                .withAdmissionReviewVersions("v1")
                .withSideEffects("None")
                .withNewNamespaceSelector()
                .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                .endNamespaceSelector()
                .addNewRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withOperations("CREATE")
                .withResources("configmaps")
                .endRule()
                .withNewClientConfig()
                .withCaBundle(Base64.getEncoder()
                        .encodeToString(authority.certificate().getBytes(StandardCharsets.UTF_8)))
                .withNewService(
                        "gate", namespace, "/validate", server.getAddress().getPort())
                .endClientConfig()
                .endWebhook()
                .build();
    }

    private SSLContext serving(String name) throws GeneralSecurityException, IOException {
        Authority.Credentials credentials = authority.server(new GeneralName(GeneralName.dNSName, name));
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(credentials.certificate().getBytes(StandardCharsets.UTF_8)));
        String body = credentials.key().replaceAll("-----[A-Z ]+-----", "").strip();
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, new char[0], new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
