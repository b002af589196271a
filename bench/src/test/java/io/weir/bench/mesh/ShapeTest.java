package io.weir.bench.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShapeTest {

    private static final Shape USUAL = new Shape(500, 2, 10, 1_000, 100);

    @Test
    void each_service_has_as_many_endpoints_as_were_asked_for() {
        assertThat(IntStream.range(0, USUAL.sets())
                        .map(set -> USUAL.appsOfSet(set).size()))
                .containsOnly(2);
        assertThat(new Manifests(USUAL).services()).hasSize(499);
    }

    @Test
    void a_client_may_call_about_as_many_services_as_were_asked_for() {
        List<Manifests.Service> services = new Manifests(USUAL).services();
        for (int account = 0; account < USUAL.accounts(); account++) {
            int caller = account;
            assertThat(services.stream()
                            .filter(service -> USUAL.mayCall(caller, USUAL.accountOfSet(service.set())))
                            .count())
                    .isBetween(90L, 110L);
        }
    }

    @Test
    void everybody_may_call_what_changes() {
        assertThat(IntStream.range(0, USUAL.accounts())).allMatch(caller -> USUAL.mayCall(caller, 0));
        assertThat(USUAL.namespace(USUAL.accountOfSet(0))).isEqualTo(Manifests.FIRST);
    }

    @Test
    void a_small_mesh_has_an_app_for_each_account() {
        Shape small = new Shape(5, 1, 2, 1, 5);
        assertThat(small.apps()).isEqualTo(4);
        assertThat(IntStream.range(0, small.sets()).map(small::accountOfSet)).containsExactly(0, 1, 2, 3);
    }
}
