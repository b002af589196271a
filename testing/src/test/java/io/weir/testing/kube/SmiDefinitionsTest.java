package io.weir.testing.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionCondition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KubeTest
class SmiDefinitionsTest {

    private final KubernetesClient client;

    SmiDefinitionsTest(KubeApiServer kube) {
        this.client = kube.client();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "traffictargets.access.smi-spec.io",
                "httproutegroups.specs.smi-spec.io",
                "tcproutes.specs.smi-spec.io",
                "udproutes.specs.smi-spec.io",
                "trafficsplits.split.smi-spec.io"
            })
    void the_definition_is_established_and_every_version_is_served(String name) throws Exception {
        CustomResourceDefinition definition;
        try (InputStream in = CustomResourceDefinition.class.getResourceAsStream("/crds/" + name + ".yaml")) {
            definition = client.getKubernetesSerialization().unmarshal(in, CustomResourceDefinition.class);
        }
        client.resource(definition).fieldManager("weir").forceConflicts().serverSideApply();
        Definitions.awaitEstablished(client, name);
        CustomResourceDefinition established = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name)
                .get();
        assertThat(established.getStatus().getConditions())
                .filteredOn(condition -> condition.getStatus().equals("True"))
                .extracting(CustomResourceDefinitionCondition::getType)
                .containsExactlyInAnyOrder("NamesAccepted", "Established");
        assertThat(established.getSpec().getConversion().getStrategy())
                .isEqualTo(definition.getSpec().getVersions().size() == 1 ? "None" : "Webhook");
        for (CustomResourceDefinitionVersion version : definition.getSpec().getVersions()) {
            String group = definition.getSpec().getGroup() + "/" + version.getName();
            assertThat(client.genericKubernetesResources(
                                    group, definition.getSpec().getNames().getKind())
                            .inAnyNamespace()
                            .list()
                            .getItems())
                    .as(group)
                    .isEmpty();
        }
    }
}
