package io.weir.e2e.node;

import io.weir.e2e.node.Program.Outcome;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A TrafficSplit with its Services, between {@code web-v1} and {@code web-v2}, as one of its {@link Writer}s has them.
 *
 * @param owner UID of the Deployment web-v1, which stands for the object of the tool
 */
record CanarySplit(TestNamespace namespace, Writer writer, String owner) {

    /** Who writes canaries, how, and with which version of SMI. */
    enum Writer {
        /** With kubectl, in the version of now. */
        PEOPLE("v1alpha4"),
        /** Flagger's provider linkerd: weights are text, and updates are of the whole object. */
        FLAGGER_LINKERD("v1alpha1"),
        /** Flagger's provider osm. */
        FLAGGER_OSM("v1alpha2"),
        /** Argo Rollouts: the root is the stable Service, which is a backend as well, and updates are merge patches. */
        ROLLOUTS("v1alpha1");

        private final String version;

        Writer(String version) {
            this.version = version;
        }

        private String resource() {
            return "trafficsplits." + version + ".split.smi-spec.io";
        }

        private boolean quantities() {
            return version.equals("v1alpha1");
        }
    }

    String root() {
        return writer.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String canary() {
        return root() + "-canary";
    }

    private String primary() {
        return writer == Writer.ROLLOUTS ? root() : root() + "-primary";
    }

    /** As Flagger makes them, the root selects the pods of the primary alone. */
    void createServices() {
        namespace.apply(service(root(), "web-v1") + service(primary(), "web-v1") + service(canary(), "web-v2"));
    }

    private static String service(String name, String app) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {selector: {app: %s}, ports: [{name: http, port: 80, targetPort: http}]}
                """.formatted(name, app);
    }

    /** @param weight of the canary, out of 100 */
    void create(int weight) {
        String object = """
                apiVersion: split.smi-spec.io/%s
                kind: TrafficSplit
                metadata:
                  name: %s
                  ownerReferences:
                  - {apiVersion: apps/v1, kind: Deployment, name: web-v1, uid: %s, controller: true, blockOwnerDeletion: true}
                spec:
                  service: %s
                  backends: %s
                """.formatted(writer.version, root(), owner, root(), backends(weight));
        if (writer == Writer.PEOPLE) {
            namespace.apply(object);
        } else {
            kubectl(object, "create", "-f", "-");
        }
    }

    void step(int weight) {
        switch (writer) {
            case PEOPLE -> create(weight);
            case ROLLOUTS ->
                namespace.kubectl(
                        "patch", writer.resource(), root(), "--type=merge", "-p", "{\"spec\":" + wanted(weight) + "}");
            case FLAGGER_LINKERD, FLAGGER_OSM -> {
                ObjectNode read = (ObjectNode) namespace.get(writer.resource(), root());
                read.set("spec", Cluster.json(wanted(weight)));
                kubectl(read.toString(), "replace", "-f", "-");
            }
        }
    }

    private void kubectl(String input, String... arguments) {
        List<String> command = Program.words("kubectl", "-n", namespace.name());
        command.addAll(List.of(arguments));
        Outcome outcome = Program.run(command, input);
        if (!outcome.ok()) {
            throw new IllegalStateException(writer + ": " + outcome.output());
        }
    }

    /** As the tool reads it. */
    JsonNode read() {
        return namespace.get(writer.resource(), root());
    }

    /** Its spec with weights as the integers that tools take them for, also where they are quantities. */
    static JsonNode readable(JsonNode spec) {
        ObjectNode readable = (ObjectNode) spec.deepCopy();
        for (JsonNode backend : (ArrayNode) readable.path("backends")) {
            JsonNode weight = backend.path("weight");
            if (weight.isString()) {
                ((ObjectNode) backend).put("weight", Integer.parseInt(weight.asString()));
            }
        }
        return readable;
    }

    /** The spec that reads thus, as JSON. */
    String wanted(int weight) {
        return "{\"service\": \"" + root() + "\", \"backends\": " + backends(weight) + "}";
    }

    private String backends(int weight) {
        String form = writer.quantities() ? "\"%d\"" : "%d";
        return "[{\"service\": \"%s\", \"weight\": %s}, {\"service\": \"%s\", \"weight\": %s}]"
                .formatted(canary(), form.formatted(weight), primary(), form.formatted(100 - weight));
    }
}
