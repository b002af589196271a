package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The webhooks by which pods get sidecars and SMI objects are judged. */
final class Webhooks implements Category {

    private static final int FORBIDDEN = 403;

    private final String systemNamespace;

    Webhooks(String systemNamespace) {
        this.systemNamespace = systemNamespace;
    }

    @Override
    public String name() {
        return "weir-webhooks";
    }

    @Override
    public List<Check> run(KubernetesClient client) {
        MutatingWebhookConfiguration mutating = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("weir-injector")
                .get();
        ValidatingWebhookConfiguration validating = client.admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName("weir-smi")
                .get();
        List<Check> checks = new ArrayList<>();
        checks.add(check(
                "MutatingWebhookConfiguration weir-injector",
                mutating,
                found -> found.getWebhooks().stream().map(webhook -> webhook.getClientConfig())));
        checks.add(check(
                "ValidatingWebhookConfiguration weir-smi",
                validating,
                found -> found.getWebhooks().stream().map(webhook -> webhook.getClientConfig())));
        if (checks.stream().allMatch(one -> one.result() == Check.Result.SUCCESS)) {
            client.namespaces().withLabel(Keys.INJECT, Keys.ENABLED).list().getItems().stream()
                    .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() == null)
                    .findFirst()
                    .ifPresent(namespace -> checks.add(tried(client, namespace)));
        }
        return checks;
    }

    private <T> Check check(String what, @Nullable T found, Function<T, Stream<WebhookClientConfig>> clientConfigs) {
        if (found == null) {
            return Check.error(what + " is installed", "it does not exist", "run: weir install");
        }
        boolean elsewhere = clientConfigs
                .apply(found)
                .anyMatch(config -> config.getService() == null
                        || !systemNamespace.equals(config.getService().getNamespace()));
        if (elsewhere) {
            return Check.error(
                    what + " leads to namespace " + systemNamespace,
                    "it leads elsewhere",
                    "say where Weir is with -n, or install it again");
        }
        boolean trusted = clientConfigs
                .apply(found)
                .allMatch(config ->
                        config.getCaBundle() != null && !config.getCaBundle().isEmpty());
        return trusted
                ? Check.good(what + " is installed, and the API server knows whom to trust")
                : Check.error(
                        what + " has its caBundle",
                        "the API server does not know whom to trust",
                        "the injector writes that when it runs; see the log of deployment/weir-injector");
    }

    /** A pod that is not made: the API server goes all the way to the injector and back. */
    private static Check tried(KubernetesClient client, Namespace namespace) {
        String name = namespace.getMetadata().getName();
        String description = "a pod in namespace " + name + " would get a sidecar";
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withGenerateName("weir-check-")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .build();
        try {
            Pod made = client.resource(pod).dryRun(true).create();
            boolean sidecar = Stream.concat(
                            made.getSpec().getInitContainers().stream(), made.getSpec().getContainers().stream())
                    .anyMatch(container -> container.getName().equals(Sidecar.PROXY_CONTAINER));
            return sidecar
                    ? Check.good(description)
                    : Check.error(
                            description,
                            "it would not",
                            "see the log of deployment/weir-injector, and why: kubectl -n " + name
                                    + " get pods -o yaml | grep inject-skipped");
        } catch (KubernetesClientException e) {
            String message = e.getStatus() == null || e.getStatus().getMessage() == null
                    ? String.valueOf(e.getMessage())
                    : e.getStatus().getMessage();
            if (message.contains("violates PodSecurity")) {
                return Check.error(
                        description,
                        message,
                        "label it pod-security.kubernetes.io/enforce=privileged, or annotate its pods weir.io/interception:"
                                + " explicit");
            }
            return message.contains("failed calling webhook")
                    ? Check.error(description, message, "no pod starts there; see the log of deployment/weir-injector")
                    : Check.warning(
                            description,
                            message,
                            e.getCode() == FORBIDDEN ? "you may not try, or something else forbids it" : "try again");
        }
    }
}
