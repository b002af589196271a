package io.weir.controlplane.model.build;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.SpanSource;
import io.weir.controlplane.model.TraceSampling;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.smi.wellknown.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many traces the workloads of each namespace begin that says so itself, and what was found wrong with that.
 *
 * @param mesh where a namespace says nothing; null where nobody collects
 */
record Samplings(@Nullable TraceSampling mesh, SortedMap<String, TraceSampling> named, List<Note> notes) {

    private static final String FIELD = "metadata.annotations." + Keys.TRACE_SAMPLING;

    /** An annotation that can't be read changes nothing: the mesh's sampling holds. */
    static Samplings of(MeshSettings settings, Map<String, NamespaceEntry> namespaces) {
        OpenTelemetry collector = settings.openTelemetry();
        TreeMap<String, TraceSampling> named = new TreeMap<>();
        List<Note> notes = new ArrayList<>();
        namespaces.forEach((name, namespace) -> {
            String written = namespace.annotations().get(Keys.TRACE_SAMPLING);
            if (written == null) {
                return;
            }
            TraceSampling sampling = TraceSampling.percent(written).orElse(null);
            if (sampling == null) {
                notes.add(unreadable(name, written));
            } else {
                named.put(name, sampling);
                if (sampling.perMillion() > 0 && !OpenTelemetry.traces(collector)) {
                    notes.add(goingNowhere(name));
                }
            }
        });
        return new Samplings(collector == null ? null : collector.sampling(), named, notes);
    }

    private static Note unreadable(String namespace, String written) {
        return Note.error(
                Code.NAMESPACE_TRACE_SAMPLING,
                new ObjectRef("Namespace", "", namespace),
                FIELD,
                "'" + written + "' is no percentage, so the mesh's own sampling holds here.",
                "Write a number from 0 to 100 with at most four decimals, such as \"5\" or \"0.1\".");
    }

    private static Note goingNowhere(String namespace) {
        return Note.warning(
                Code.NAMESPACE_TRACES_GO_NOWHERE,
                new ObjectRef("Namespace", "", namespace),
                FIELD,
                "The mesh names no collector that takes traces, so nothing is exported.",
                "Run the mesh with --otel-endpoint, and traces among its --otel-signals (in the chart:"
                        + " sidecars.openTelemetry), or remove the annotation.");
    }

    /** Nothing where nobody collects: what owns a pod is then no part of the model. */
    SpanSource spans(Replica replica) {
        return mesh == null
                ? SpanSource.NONE
                : new SpanSource(
                        replica.workload(), named.getOrDefault(replica.key().namespace(), mesh));
    }
}
