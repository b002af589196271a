package io.weir.cli.check;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The webhooks by which pods get sidecars and SMI objects are judged. */
final class Webhooks implements Category {

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
        return List.of(
                check(
                        "MutatingWebhookConfiguration weir-injector",
                        mutating,
                        found -> found.getWebhooks().stream().map(webhook -> webhook.getClientConfig())),
                check(
                        "ValidatingWebhookConfiguration weir-smi",
                        validating,
                        found -> found.getWebhooks().stream().map(webhook -> webhook.getClientConfig())));
    }

    private static <T> Check check(
            String what, @Nullable T found, Function<T, Stream<WebhookClientConfig>> clientConfigs) {
        if (found == null) {
            return Check.error(what + " is installed", "it does not exist", "install Weir in this cluster");
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
}
