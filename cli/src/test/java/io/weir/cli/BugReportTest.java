package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of a real API server, in which secrets were planted: {@code s3cr3t}. */
@Tag("kube")
class BugReportTest {

    private final KubeApiServer kube = KubeApiServer.launch();

    @TempDir
    private Path dir;

    @AfterEach
    void end() {
        System.clearProperty("kubeconfig");
        kube.close();
    }

    private void use(String namespace) {
        System.setProperty(
                "kubeconfig",
                kube.serviceAccount(namespace, "default").kubeconfig().toString());
    }

    private String person() {
        String namespace = kube.namespace("people");
        kube.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                        .addNewSubject("", "ServiceAccount", "default", namespace)
                        .build())
                .create();
        return namespace;
    }

    private void plant() {
        kube.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("weir-system")
                        .addToAnnotations("example.org/password", "s3cr3t")
                        .endMetadata()
                        .build())
                .create();
        kube.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace("weir-system")
                        .withName("default")
                        .endMetadata()
                        .build())
                .create();
        kube.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("weir-system")
                        .withName("weir-ca")
                        .endMetadata()
                        .addToStringData("tls.key", "s3cr3t")
                        .build())
                .create();
        kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("weir-system")
                        .withName("weir-control-plane-1")
                        .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{\"env\":\"s3cr3t\"}")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("weir")
                        .withImage("weir")
                        .withArgs("controller", "--token=s3cr3t", "--mode=deny")
                        .addNewEnv()
                        .withName("OTEL_EXPORTER_OTLP_HEADERS")
                        .withValue("x=s3cr3t")
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static Map<String, String> parts(Path file) throws IOException {
        Map<String, String> parts = new TreeMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                parts.put(
                        entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return parts;
    }

    @Test
    void it_holds_what_is_needed_and_no_secret_and_says_what_it_lacks() throws IOException {
        String person = person();
        plant();
        use(person);
        Path file = dir.resolve("report.zip");

        CommandLineRun run = CommandLineRun.of("bug-report", "-o", file.toString(), "weir-system/weir-control-plane-1");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo(file + "\n");
        assertThat(run.err()).contains("These were left out:", "Secrets, ConfigMaps and logs of apps");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Map<String, String> parts = parts(file);
        assertThat(parts)
                .containsKeys(
                        "weir-version.json",
                        "kubernetes-version.json",
                        "check.json",
                        "namespaces.json",
                        "webhooks/mutating.json",
                        "weir/deployments.json",
                        "weir/pods.json",
                        "weir/events.json",
                        "pods/weir-system/weir-control-plane-1.json",
                        "left-out.txt");
        assertThat(parts.values()).noneMatch(text -> text.contains("s3cr3t"));
        assertThat(parts.get("weir/pods.json")).contains("weir-control-plane-1", "--mode=deny", "<redacted>");
        assertThat(parts.get("check.json")).contains("\"success\": false");
        assertThat(parts.get("left-out.txt")).contains("smi/trafficsplits.json: ", "status: ");
        assertThat(kube.audit().of("system:serviceaccount:" + person + ":default"))
                .noneMatch(request -> request.resource().equals("secrets"));

        assertThat(CommandLineRun.of("bug-report", "-o", file.toString()).err())
                .as("a file that is there stays")
                .contains(file + " is in the way");
    }

    @Test
    void who_may_see_little_gets_little_and_is_told() throws IOException {
        use(kube.namespace("nobody"));
        Path file = dir.resolve("report.zip");

        assertThat(CommandLineRun.of("bug-report", "-o", file.toString()).exit())
                .isZero();

        assertThat(parts(file)).containsKeys("kubernetes-version.json", "left-out.txt");
        assertThat(parts(file).get("left-out.txt")).contains("weir/pods.json: pods is forbidden");
        assertThat(CommandLineRun.of("bug-report", "one").exit()).isEqualTo(2);
    }
}
