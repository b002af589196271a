package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.decode.Fields;
import io.weir.controlplane.source.decode.Fields.Finding;
import io.weir.controlplane.source.decode.KubernetesKinds;
import io.weir.controlplane.source.decode.Names;
import io.weir.controlplane.source.decode.SmiObjects;
import io.weir.controlplane.source.decode.Suggest;
import io.weir.controlplane.source.directory.YamlDocument.Fault;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tells what a document is and has it decoded. */
final class ObjectDecoder {

    static final String WORKLOAD_VERSION = "weir.io/v1alpha1";
    private static final int LONGEST_NAME = 253;
    private static final Map<String, String> OURS =
            Map.of("Service", "v1", "ServiceAccount", "v1", "Namespace", "v1", "Workload", WORKLOAD_VERSION);

    private ObjectDecoder() {}

    /**
     * What came of a document.
     *
     * @param manifest null unless valid
     */
    record Outcome(
            ObjectRef ref, Standing standing, @Nullable Manifest manifest, List<Finding> findings) {}

    /** What a document can be. */
    enum Standing {
        VALID,
        /** Known by kind and name, and wrong. */
        INVALID,
        /** Meant for us, but nobody can say which object it is. */
        NAMELESS,
        /** Not meant for us. */
        IGNORED
    }

    static Outcome decode(ObjectNode object, List<Fault> faults) {
        Fields document = Fields.of(object);
        faults.forEach(fault -> document.findings()
                .add(new Finding(Severity.ERROR, fault.code().code(), fault.path(), fault.message(), fault.fix())));
        String apiVersion = required(document, "apiVersion");
        String kind = required(document, "kind");
        if (apiVersion == null || kind == null) {
            return new Outcome(ref(document, kind), Standing.NAMELESS, null, document.findings());
        }
        Standing standing = known(document, apiVersion, kind);
        if (standing == Standing.IGNORED || standing == Standing.NAMELESS) {
            return new Outcome(ref(document, kind), standing, null, document.findings());
        }
        return named(document, object, apiVersion, kind, standing);
    }

    private static Outcome named(
            Fields document, ObjectNode object, String apiVersion, String kind, Standing standing) {
        ObjectRef ref = ref(document, kind);
        if (nameProblems(document, ref)) {
            return new Outcome(ref, Standing.NAMELESS, null, document.findings());
        }
        Manifest manifest = standing == Standing.INVALID ? null : typed(document, object, ref, apiVersion);
        // An SMI object may be valid with errors in parts of it, which were left out (S21).
        boolean valid = manifest instanceof Manifest.OfSmi || (manifest != null && !document.invalid());
        return new Outcome(
                ref, valid ? Standing.VALID : Standing.INVALID, valid ? manifest : null, document.findings());
    }

    private static @Nullable Manifest typed(Fields document, ObjectNode object, ObjectRef ref, String apiVersion) {
        if (SmiKind.of(apiVersion, ref.kind()) != null) {
            return smi(document, object, ref);
        }
        return switch (ref.kind()) {
            case "Namespace" -> new Manifest.OfNamespace(KubernetesKinds.namespace(ref, document));
            // The addresses that a cluster gave it are not ours: each sidecar here has an address for each Service.
            case "Service" -> new Manifest.OfServiceEntry(KubernetesKinds.service(ref, document));
            case "ServiceAccount" -> new Manifest.OfAccount(new Identity(ref.namespace(), ref.name()));
            default -> WorkloadDecoder.workload(ref, document);
        };
    }

    private static @Nullable Manifest smi(Fields document, ObjectNode object, ObjectRef ref) {
        ObjectNode complete = object.deepCopy();
        if (complete.get("metadata") instanceof ObjectNode metadata) {
            metadata.put("namespace", ref.namespace());
        }
        boolean wrong = document.invalid();
        SmiObject smi = SmiObjects.read(complete, document.findings());
        return wrong || smi == null ? null : new Manifest.OfSmi(smi);
    }

    private static @Nullable String required(Fields document, String field) {
        String value = document.text(field);
        if (value == null || value.isEmpty()) {
            document.findings()
                    .add(new Finding(
                            Severity.ERROR,
                            Codes.NOT_AN_OBJECT.code(),
                            field,
                            "the document has no " + field + ".",
                            "Start each document with apiVersion, kind and metadata."));
            return null;
        }
        return value;
    }

    /** VALID: to be decoded. INVALID: a kind of ours or of SMI in a version that does not exist. */
    private static Standing known(Fields document, String apiVersion, String kind) {
        if (SmiKind.of(apiVersion, kind) != null || apiVersion.equals(OURS.get(kind))) {
            return Standing.VALID;
        }
        SmiKind smi = SmiKind.ofAnyVersion(apiVersion, kind);
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        if (smi != null) {
            unknown(
                    document,
                    "apiVersion",
                    "there is no " + kind + " of version " + Suggest.shorten(SmiKind.versionOf(apiVersion)) + ".",
                    "Write one of "
                            + String.join(
                                    ", ",
                                    smi.versions().stream()
                                            .map(v -> smi.group() + "/" + v)
                                            .toList()) + ".");
            return Standing.INVALID;
        }
        if (group.endsWith("smi-spec.io") || group.equals("weir.io")) {
            String near = Suggest.nearest(
                    kind,
                    Stream.concat(Arrays.stream(SmiKind.values()).map(SmiKind::kind), Stream.of("Workload"))
                            .toList());
            unknown(
                    document,
                    "kind",
                    "there is no " + Suggest.shorten(kind) + " in " + Suggest.shorten(apiVersion) + ".",
                    near == null
                            ? "Check apiVersion and kind."
                            : "Write " + version(near) + " and kind: " + near + ".");
            return OURS.containsKey(kind) ? Standing.INVALID : Standing.NAMELESS;
        }
        if (group.isEmpty() && OURS.containsKey(kind)) {
            // The core group has one version: to pass this over would delete the object for a slip of the pen.
            unknown(
                    document,
                    "apiVersion",
                    "there is no " + kind + " of version " + Suggest.shorten(apiVersion) + ".",
                    "Write apiVersion: " + OURS.get(kind) + ".");
            return Standing.INVALID;
        }
        String near = apiVersion.equals("v1") ? Suggest.nearest(kind, OURS.keySet()) : null;
        document.findings()
                .add(new Finding(
                        near == null ? Severity.INFO : Severity.WARNING,
                        Codes.IGNORED_KIND.code(),
                        "kind",
                        "the mesh does not use " + Suggest.shorten(apiVersion) + " " + Suggest.shorten(kind) + ".",
                        near == null ? "Nothing need be done." : "Did you mean '" + near + "'?"));
        return near == null ? Standing.IGNORED : Standing.NAMELESS;
    }

    private static String version(String kind) {
        for (SmiKind smi : SmiKind.values()) {
            if (smi.kind().equals(kind)) {
                return "apiVersion: " + smi.hubApiVersion();
            }
        }
        return "apiVersion: " + OURS.getOrDefault(kind, WORKLOAD_VERSION);
    }

    private static void unknown(Fields document, String field, String message, String fix) {
        document.findings().add(new Finding(Severity.ERROR, Codes.UNKNOWN_KIND.code(), field, message, fix));
    }

    /** As much of the object's name as can be told, for people. */
    private static ObjectRef ref(Fields document, @Nullable String kind) {
        Fields metadata = document.node().get("metadata") instanceof ObjectNode node
                ? new Fields(node, "metadata", new ArrayList<>())
                : new Fields(JsonNodeFactory.instance.objectNode(), "metadata", new ArrayList<>());
        String name = metadata.text("name", "?");
        String kept = name.length() > LONGEST_NAME ? Suggest.shorten(name) : name;
        if (kind != null && kind.equals("Namespace")) {
            return new ObjectRef(kind, "", kept);
        }
        String namespace = metadata.text("namespace", "default");
        return new ObjectRef(
                kind == null ? "Document" : Suggest.shorten(kind),
                namespace.isEmpty() ? "default" : Suggest.shorten(namespace),
                kept);
    }

    private static boolean nameProblems(Fields document, ObjectRef ref) {
        Fields metadata = document.object("metadata");
        String name = metadata.text("name");
        String problem = name == null ? "is missing." : Names.problem(ref.kind(), name);
        if (problem != null) {
            nameProblem(document, "metadata.name", problem, "Give the object a name such as bookstore-v1.");
        }
        String namespace = metadata.text("namespace", "default");
        String wrong = namespace.isEmpty() ? null : Names.problem("Namespace", namespace);
        if (wrong != null) {
            nameProblem(document, "metadata.namespace", wrong, "Write a namespace such as shop, or remove the field.");
        }
        return problem != null || wrong != null;
    }

    private static void nameProblem(Fields document, String field, String message, String fix) {
        document.findings().add(new Finding(Severity.ERROR, Codes.BAD_NAME.code(), field, message, fix));
    }
}
