package io.weir.controlplane.status;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.status.Occurrence.Kind;
import io.weir.smi.SmiKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Events that were written, each counted up when the same happens again. Of core {@code v1}, whose counts and times
 * {@code kubectl describe} shows. Used by one thread.
 */
final class Reported {

    private static final Logger log = LoggerFactory.getLogger(Reported.class);

    private static final String WEIR = "weir";
    private static final int GONE = 404;
    private static final int REFUSED = 403;

    private final KubernetesClient client;
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(int count, Instant first, Instant last) {}

    Reported(KubernetesClient client) {
        this.client = client;
    }

    /** What was said to begin and not yet to be over. */
    Set<Occurrence> read() {
        entries.clear();
        Set<Occurrence> begun = new HashSet<>();
        for (Event event : client.v1()
                .events()
                .inAnyNamespace()
                .withField("source", WEIR)
                .list()
                .getItems()) {
            Occurrence occurrence = occurrence(event);
            if (occurrence != null) {
                entries.put(
                        key(occurrence),
                        new Entry(
                                event.getCount() == null ? 1 : event.getCount(),
                                time(event.getFirstTimestamp()),
                                time(event.getLastTimestamp())));
                begun.add(occurrence);
            }
        }
        begun.removeIf(occurrence -> occurrence.isOver() || isOver(occurrence));
        return begun;
    }

    private boolean isOver(Occurrence occurrence) {
        return entries.containsKey(key(occurrence.over()))
                && !last(occurrence.over()).isBefore(last(occurrence));
    }

    /** When it was last said; long ago if never. */
    Instant last(Occurrence occurrence) {
        Entry entry = entries.get(key(occurrence));
        return entry == null ? Instant.EPOCH : entry.last();
    }

    void write(Occurrence occurrence, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.SECONDS);
        Entry before = entries.get(key(occurrence));
        Entry entry = before == null ? new Entry(1, time, time) : new Entry(before.count() + 1, before.first(), time);
        try {
            client.resource(event(occurrence, entry))
                    .fieldManager(WEIR)
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException e) {
            boolean invalid = e.getCode() == StatusWriter.BAD || e.getCode() == StatusWriter.INVALID;
            boolean going = e.getCode() == GONE
                    || (e.getCode() == REFUSED && String.valueOf(e.getMessage()).contains("is being terminated"));
            if (invalid) {
                log.warn("an Event of {} is not taken: {}", occurrence.object(), e.getMessage());
            } else if (going) {
                log.debug("{} and its namespace are going", occurrence.object());
            } else {
                throw e;
            }
        }
        entries.put(key(occurrence), entry);
    }

    /** What was last said before this. */
    void forget(Instant before) {
        entries.values().removeIf(entry -> entry.last().isBefore(before));
    }

    private static String key(Occurrence occurrence) {
        return occurrence.object().namespace() + "/" + occurrence.name();
    }

    private static Event event(Occurrence occurrence, Entry entry) {
        ObjectRef object = occurrence.object();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(object.namespace())
                .withName(occurrence.name())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(apiVersion(object))
                .withKind(object.kind())
                .withNamespace(object.namespace())
                .withName(object.name())
                .withUid(occurrence.uid())
                .endInvolvedObject()
                .withType(occurrence.kind().word())
                .withReason(occurrence.reason())
                .withMessage(occurrence.message())
                .withNewSource()
                .withComponent(WEIR)
                .endSource()
                .withCount(entry.count())
                .withFirstTimestamp(entry.first().toString())
                .withLastTimestamp(entry.last().toString())
                .build();
    }

    private static @Nullable String apiVersion(ObjectRef object) {
        for (SmiKind kind : SmiKind.values()) {
            if (kind.kind().equals(object.kind())) {
                return kind.hubApiVersion();
            }
        }
        return null;
    }

    /** Null for an Event of somebody else who calls himself as we do. */
    private static @Nullable Occurrence occurrence(Event event) {
        ObjectReference object = event.getInvolvedObject();
        if (object == null || event.getType() == null || event.getReason() == null || event.getMessage() == null) {
            return null;
        }
        Occurrence occurrence = new Occurrence(
                event.getType().equals(Kind.WARNING.word()) ? Kind.WARNING : Kind.NORMAL,
                new ObjectRef(
                        String.valueOf(object.getKind()),
                        String.valueOf(object.getNamespace()),
                        String.valueOf(object.getName())),
                String.valueOf(object.getUid()),
                event.getReason(),
                event.getMessage());
        return event.getMetadata().getName().equals(occurrence.name()) ? occurrence : null;
    }

    private static Instant time(@Nullable String written) {
        try {
            return written == null ? Instant.EPOCH : Instant.parse(written);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
