package io.weir.controlplane.xds.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.xds.resource.XdsResource;
import org.junit.jupiter.api.Test;

class SecretsTest {

    @Test
    void a_printed_secret_shows_its_chain_and_hides_its_key() {
        String printed = ResourceJson.print(XdsResource.pack(Secrets.identity("the key", "the chain")));
        assertThat(printed).contains("the chain").doesNotContain("the key").contains("[redacted]");
    }

    @Test
    void roots_are_no_secret() {
        assertThat(ResourceJson.print(XdsResource.pack(Secrets.trust("the roots"))))
                .contains("the roots");
    }
}
