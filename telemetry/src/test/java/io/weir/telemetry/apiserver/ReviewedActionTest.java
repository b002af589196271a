package io.weir.telemetry.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewedActionTest {

    private static final String GROUP = "metrics.smi-spec.io";
    private static final String BASE = "/apis/metrics.smi-spec.io/v1alpha2";

    /** Requirements 4.1: as an API server parses its own paths. */
    @ParameterizedTest
    @CsvSource({
        "/deployments,list,,deployments,,",
        "/deployments/,list,,deployments,,",
        "/namespaces,list,,namespaces,,",
        "/namespaces/shop,get,shop,namespaces,,shop",
        "/namespaces/shop/edges,list,shop,edges,,",
        "/namespaces/shop/deployments,list,shop,deployments,,",
        "/namespaces/shop/deployments/web,get,shop,deployments,,web",
        "/namespaces/shop/deployments/web/edges,get,shop,deployments,edges,web",
        "/nodes,list,,nodes,,",
        "/nodes/n1,get,,nodes,,n1",
        "/nodes/n1/edges,get,,nodes,edges,n1"
    })
    void a_path_is_a_question_about_resources(
            String path, String verb, String namespace, String resource, String subresource, String name) {
        assertThat(ReviewedAction.of("GET", BASE + path))
                .isEqualTo(new ReviewedAction.OnResource(
                        verb, GROUP, "v1alpha2", text(namespace), resource, text(subresource), text(name)));
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }

    @ParameterizedTest
    @CsvSource({"/apis", "/apis/metrics.smi-spec.io", "/apis/metrics.smi-spec.io/v1alpha2", "/openapi/v2", "/"})
    void what_is_no_resource_is_a_path(String path) {
        assertThat(ReviewedAction.of("HEAD", path)).isEqualTo(new ReviewedAction.OnPath("get", path));
    }

    @Test
    void a_write_is_not_reviewed_as_a_read() {
        assertThat(ReviewedAction.of("DELETE", BASE + "/namespaces/shop/pods/a"))
                .isEqualTo(new ReviewedAction.OnResource("delete", GROUP, "v1alpha2", "shop", "pods", "", "a"));
        assertThat(ReviewedAction.of("POST", BASE + "/namespaces/shop/pods"))
                .isEqualTo(new ReviewedAction.OnResource("create", GROUP, "v1alpha2", "shop", "pods", "", ""));
        assertThat(ReviewedAction.of("TRACE", BASE + "/pods")).isNull();
    }
}
