package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.SmiEntry;
import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.decode.Fields;
import io.weir.controlplane.source.decode.Fields.Finding;
import io.weir.controlplane.source.decode.Kept;
import io.weir.controlplane.source.decode.KubernetesKinds;
import io.weir.controlplane.source.decode.Names;
import io.weir.controlplane.source.decode.SmiObjects;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object at a time, from its JSON to what is kept of it. Whatever an object contains, it can spoil itself only: it
 * gives findings, never an exception, and its last good version stays in effect.
 */
final class KindDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(KindDecoder.class);
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private KindDecoder() {}

    /**
     * @param object may be changed
     * @param before how the object of that name stood; null if there was none
     */
    static Held decode(Kind kind, ObjectRef ref, ObjectNode object, @Nullable Held before) {
        Fields document = Fields.of(object);
        String uid = document.object("metadata").text("uid", "");
        Trimmed value = null;
        try {
            if (named(ref, document)) {
                value = trimmed(kind, ref, document);
            }
        } catch (RuntimeException bug) {
            LOG.error("{} can't be read", ref, bug);
            document.findings()
                    .add(new Finding(
                            Severity.ERROR,
                            Codes.BAD_FIELD.code(),
                            "",
                            "the object can't be read: " + bug + ".",
                            "Report this as a bug of Weir's, with the object."));
            value = null;
        }
        // SMI objects may be valid with errors in parts of them, which were left out (S21).
        boolean wrong = kind.smi() == null ? document.invalid() : value == null;
        Held same = before != null && before.uid().equals(uid) ? before : null;
        if (wrong) {
            value = same == null ? null : same.value();
        } else if (same != null && same.value() != null && value != null) {
            value = Kept.of(same.value(), value);
        }
        Held held = new Held(
                ref,
                uid,
                version(kind, document, !wrong),
                value,
                diagnostics(kind, ref, document, wrong && value != null));
        return Kept.of(same, held);
    }

    /** An API server counts generations of objects that have a status, and leaves them alone when that is written. */
    private static @Nullable ObjectVersion version(Kind kind, Fields document, boolean inForce) {
        if (kind.smi() == null) {
            return null;
        }
        JsonNode metadata = document.node().path("metadata");
        return new ObjectVersion(
                metadata.path("uid").asString(""), metadata.path("generation").asLong(0), inForce);
    }

    /** Names become parts of SPIFFE IDs and of resource names. */
    private static boolean named(ObjectRef ref, Fields document) {
        String problem = Names.problem(ref.kind(), ref.name());
        if (problem == null && !ref.namespace().isEmpty()) {
            problem = Names.problem("Namespace", ref.namespace());
        }
        if (problem != null) {
            document.findings()
                    .add(new Finding(
                            Severity.ERROR,
                            Codes.BAD_NAME.code(),
                            "metadata.name",
                            problem,
                            "Give the object a name such as bookstore-v1."));
        }
        return problem == null;
    }

    private static @Nullable Trimmed trimmed(Kind kind, ObjectRef ref, Fields document) {
        return switch (kind) {
            case NAMESPACE -> namespace(ref, document);
            case SERVICE_ACCOUNT -> new Trimmed.OfAccount(new Identity(ref.namespace(), ref.name()));
            case SERVICE -> service(ref, document);
            case POD -> new Trimmed.OfPod(PodDecoder.pod(ref, document));
            case ENDPOINT_SLICE -> {
                Slice slice = SliceDecoder.slice(ref, document);
                yield slice == null ? null : new Trimmed.OfSlice(slice);
            }
            case REPLICA_SET -> {
                Replica.Owner owner = PodDecoder.owner(document.object("metadata"));
                yield owner == null ? null : new Trimmed.OfReplicaSet(ref, owner);
            }
            case TRAFFIC_TARGET, HTTP_ROUTE_GROUP, TCP_ROUTE, UDP_ROUTE, TRAFFIC_SPLIT -> smi(kind, ref, document);
        };
    }

    private static Trimmed namespace(ObjectRef ref, Fields document) {
        NamespaceEntry whole = KubernetesKinds.namespace(ref, document);
        return new Trimmed.OfNamespace(new NamespaceEntry(
                whole.name(), PodDecoder.ours(whole.labels()), PodDecoder.ours(whole.annotations())));
    }

    /** An ExternalName is a name for somewhere else, which the mesh leaves to DNS. */
    private static @Nullable Trimmed service(ObjectRef ref, Fields document) {
        Fields spec = document.object("spec");
        if (spec.text("type", "").equals("ExternalName")) {
            return null;
        }
        ServiceEntry plain = KubernetesKinds.service(ref, document);
        return new Trimmed.OfServiceEntry(new ServiceEntry(
                new ServiceKey(ref.namespace(), ref.name()), plain.selector(), plain.ports(), clusterIps(spec)));
    }

    /** None for a headless Service, whose clusterIP is the word None. */
    private static List<String> clusterIps(Fields spec) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode address : spec.list("clusterIPs")) {
            String canonical = address.isString() ? Addresses.canonical(address.stringValue()) : null;
            if (canonical != null) {
                addresses.add(canonical);
            }
        }
        String single = Addresses.canonical(spec.text("clusterIP", ""));
        if (addresses.isEmpty() && single != null) {
            addresses.add(single);
        }
        return addresses;
    }

    private static @Nullable Trimmed smi(Kind kind, ObjectRef ref, Fields document) {
        SmiKind smi = kind.smi();
        if (smi == null || document.invalid()) {
            return null;
        }
        ObjectNode object = document.node();
        object.put("apiVersion", smi.hubApiVersion());
        object.put("kind", smi.kind());
        if (object.get("metadata") instanceof ObjectNode metadata
                && metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(LAST_APPLIED);
        }
        SmiObject read = SmiObjects.read(object, document.findings());
        if (read == null) {
            return null;
        }
        return new Trimmed.OfSmi(ref, new SmiEntry(read, PodDecoder.created(document.object("metadata"))));
    }

    private static List<Diagnostic> diagnostics(Kind kind, ObjectRef ref, Fields document, boolean kept) {
        List<Diagnostic> diagnostics = new ArrayList<>();
        for (Finding finding : document.findings()) {
            // What the mesh does not carry, in objects that are not its own, passes by it.
            if (kind.smi() != null || finding.severity() == Severity.ERROR) {
                boolean explain = kept && finding.severity() == Severity.ERROR;
                diagnostics.add(new Diagnostic(
                        finding.severity(),
                        finding.code(),
                        ref,
                        finding.field(),
                        explain ? finding.message() + " The last good version stays in effect." : finding.message(),
                        finding.fix(),
                        null));
            }
        }
        return diagnostics;
    }
}
