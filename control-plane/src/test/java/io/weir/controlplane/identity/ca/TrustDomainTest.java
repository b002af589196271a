package io.weir.controlplane.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustDomainTest {

    private static final TrustDomain MESH = new TrustDomain("mesh.example");

    @Test
    void a_trust_domain_is_a_lower_case_dns_name() {
        for (String name : List.of("cluster.local", "a", "a-b.c1", "1.2")) {
            assertThat(new TrustDomain(name)).hasToString(name);
        }
        for (String name : List.of("", "A", "a_b", "a..b", ".a", "a.", "-a", "a-", "a/b", "a:1", "ä", "a".repeat(64))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new TrustDomain(name));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustDomain("a.".repeat(95) + "a"));
    }

    @Test
    void an_identity_is_read_from_its_own_spiffe_id_only() {
        Identity identity = new Identity("shop", "book.buyer");
        assertThat(MESH.identity(MESH.spiffeId(identity))).isEqualTo(identity);
        for (String other : List.of(
                "",
                "spiffe://mesh.example",
                "spiffe://mesh.example/",
                "spiffe://other.example/ns/shop/sa/book.buyer",
                "spiffe://mesh.example/ns/shop/sa/book.buyer/",
                "spiffe://mesh.example/ns/shop/sa/",
                "spiffe://mesh.example/ns//sa/a",
                "spiffe://mesh.example/ns/shop/sa/a/b",
                "spiffe://mesh.example/ns/shop/sb/a",
                "spiffe://mesh.example//ns/shop/sa/a",
                "SPIFFE://mesh.example/ns/shop/sa/a",
                "spiffe://mesh.example/ns/Shop/sa/a",
                "spiffe://mesh.example/ns/shop/sa/a%2fb",
                "spiffe://mesh.example/ns/shop/sa/a?b",
                "spiffe://mesh.example/ns/shop/sa/a#b",
                "spiffe://user@mesh.example/ns/shop/sa/a",
                "spiffe://mesh.example:1/ns/shop/sa/a",
                "https://mesh.example/ns/shop/sa/a")) {
            assertThat(MESH.identity(other)).as(other).isNull();
        }
    }

    @Test
    void a_workload_is_read_from_its_own_dns_name_only() {
        WorkloadKey workload = new WorkloadKey("shop", "bookbuyer-0.x");
        assertThat(MESH.workload("shop", MESH.dnsName(workload))).isEqualTo(workload);
        assertThat(MESH.workload("other", MESH.dnsName(workload))).isNull();
        assertThat(MESH.workload("shop", ".shop.workload.mesh.example")).isNull();
        assertThat(MESH.workload("shop", "shop.workload.mesh.example")).isNull();
        assertThat(MESH.workload("shop", "a.shop.workload.other.example")).isNull();
        assertThat(MESH.workload("shop", "*.shop.workload.mesh.example")).isNull();
        assertThat(MESH.workload("shop", "weir-xds.mesh.example")).isNull();
    }
}
