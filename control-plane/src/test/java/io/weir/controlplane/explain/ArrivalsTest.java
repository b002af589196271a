package io.weir.controlplane.explain;

import static io.weir.controlplane.explain.Meshes.BUYER;
import static io.weir.controlplane.explain.Meshes.STORE;
import static io.weir.controlplane.explain.Meshes.THIEF;
import static io.weir.controlplane.explain.Meshes.http;
import static io.weir.controlplane.explain.Meshes.match;
import static io.weir.controlplane.explain.Meshes.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private final Meshes mesh = new Meshes()
            .with("bookstore", STORE)
            .caller(BUYER)
            .caller(THIEF)
            .grant(STORE, http("buyers", BUYER, match("books", "(?:/books).*", Set.of("GET"))));

    private static Workload server(MeshModel model) {
        return model.workloads().values().stream()
                .filter(one -> one.identity().equals(STORE))
                .findFirst()
                .orElseThrow();
    }

    private Question.Arrival arrival(@Nullable Identity caller, boolean plaintext, String path) {
        MeshModel model = mesh.model();
        Question.Request request = new Question.Request("GET", path, List.of());
        return new Question.Arrival(caller, plaintext, server(model).key(), httpPort(model), request, "bookstore.shop");
    }

    private static int httpPort(MeshModel model) {
        return server(model).ports().stream()
                .filter(port -> port.protocol() == AppProtocol.HTTP)
                .mapToInt(WorkloadPort::port)
                .findFirst()
                .orElseThrow();
    }

    /** What explain says of the same request. */
    private String explained(Identity caller, String path) {
        Question question =
                new Question(caller, service("bookstore"), 80, null, new Question.Request("GET", path, List.of()));
        return ((Explanation) Explain.explain(mesh.model(), question)).reason();
    }

    @Test
    void the_reason_is_what_explain_says() {
        for (Identity caller : List.of(BUYER, THIEF)) {
            for (String path : List.of("/books", "/admin")) {
                Verdict found = Explain.judge(mesh.model(), arrival(caller, false, path));
                assertThat(found.reason()).isEqualTo(explained(caller, path));
                assertThat(found instanceof Verdict.Allowed).isEqualTo(caller.equals(BUYER) && path.equals("/books"));
            }
        }
    }

    @Test
    void in_permissive_mode_it_is_judged_as_in_deny_mode() {
        String reason = explained(THIEF, "/books");
        mesh.permissive();

        assertThat(Explain.judge(mesh.model(), arrival(THIEF, false, "/books")))
                .isEqualTo(new Verdict.Denied(403, Miss.NO_SOURCE, reason));
        assertThat(explained(THIEF, "/books")).endsWith(reason);
    }

    @Test
    void nobody_vouches_for_plaintext() {
        assertThat(Explain.judge(mesh.model(), arrival(BUYER, true, "/books")).reason())
                .isEqualTo(BUYER + " has no sidecar: it comes in plaintext, which deny mode refuses");
        assertThat(Explain.judge(mesh.model(), arrival(null, true, "/books")).reason())
                .startsWith("the caller has no sidecar");
        assertThat(Explain.judge(mesh.model(), arrival(null, false, "/books")).reason())
                .isEqualTo("the caller did not prove who it is");
    }

    @Test
    void the_service_is_the_one_that_leads_there() {
        assertThat(Explain.service(mesh.model(), arrival(THIEF, false, "/")))
                .isEqualTo(Meshes.port("bookstore", AppProtocol.HTTP));
        Question.Arrival gone = new Question.Arrival(
                THIEF, false, new WorkloadKey("shop", "gone"), 8080, Question.Request.get(), "bookstore.shop");
        assertThat(Explain.service(mesh.model(), gone)).isNull();
        assertThat(Explain.judge(mesh.model(), gone).reason()).isEqualTo("shop/gone is no more");
    }
}
