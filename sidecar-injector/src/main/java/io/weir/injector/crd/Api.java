package io.weir.injector.crd;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The API server's objects as trees: what is written back must be what was read, whatever it holds. */
final class Api {

    static final int CONFLICT = 409;
    static final int NOT_FOUND = 404;
    static final int GONE = 410;
    static final int UNPROCESSABLE = 422;

    /** As deep as the API server's own bound; what a list holds must not keep the rest from being read. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(10_100)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final KubernetesClient client;

    Api(KubernetesClient client) {
        this.client = client;
    }

    /** Null where there is none. */
    @Nullable
    ObjectNode get(String path) {
        String text = client.raw(path);
        return text == null ? null : (ObjectNode) MAPPER.readTree(text);
    }

    ObjectNode post(String path, ObjectNode object) {
        return (ObjectNode) MAPPER.readTree(client.raw(path, "POST", object.toString()));
    }

    ObjectNode put(String path, ObjectNode object) {
        return (ObjectNode) MAPPER.readTree(client.raw(path, "PUT", object.toString()));
    }
}
