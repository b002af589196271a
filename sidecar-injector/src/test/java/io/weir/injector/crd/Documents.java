package io.weir.injector.crd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** Objects in resources of the tests. */
final class Documents {

    private Documents() {}

    static List<ObjectNode> of(String resource, String namespace) {
        return Arrays.stream(text(resource).replace("NAMESPACE", namespace).split("(?m)^---$"))
                .map(SmiCluster::tree)
                .toList();
    }

    static String text(String resource) {
        try (InputStream in = Objects.requireNonNull(Documents.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
