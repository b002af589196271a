package io.weir.smi.validate;

import io.weir.smi.Violation;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.stream.Stream;

/** The metadata that the mesh reads; Kubernetes judges it too, files of manifests have only us. */
final class MetadataRules {

    private MetadataRules() {}

    static Stream<Violation> check(Field metadata) {
        return metadata.required("Give the object metadata with a name.", m -> m.object(MetadataRules::fields));
    }

    private static Stream<Violation> fields(Field metadata) {
        Stream.Builder<Stream<Violation>> all = Stream.builder();
        all.add(metadata.get("name").required("Give the object a name.", Names::subdomain));
        all.add(
                metadata.get("namespace").isText()
                                && metadata.get("namespace").text().isEmpty()
                        ? Stream.empty()
                        : Names.label(metadata.get("namespace")));
        all.add(texts(metadata.get("labels")));
        all.add(texts(metadata.get("annotations")));
        all.add(metadata.get("creationTimestamp").text(MetadataRules::timestamp));
        return all.build().flatMap(found -> found);
    }

    private static Stream<Violation> texts(Field map) {
        return map.object(m -> m.keys().stream()
                .map(m::entry)
                .flatMap(value -> value.isAbsent()
                        ? value.error(Codes.TYPE, "The value is missing.", "Write a text, \"\" if it is to be empty.")
                        : value.text(_ -> Stream.empty())));
    }

    private static Stream<Violation> timestamp(Field field) {
        try {
            OffsetDateTime.parse(field.text());
            return Stream.empty();
        } catch (DateTimeParseException e) {
            return field.error(
                    Codes.TYPE,
                    "\"" + Names.shown(field.text()) + "\" is no time.",
                    "Write it as 2026-01-31T12:00:00Z, or leave it out.");
        }
    }
}
