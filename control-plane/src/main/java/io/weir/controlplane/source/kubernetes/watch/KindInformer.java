package io.weir.controlplane.source.kubernetes.watch;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus.Phase;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows one kind on a thread of its own: lists it, then watches from there, and lists again only when the API server no
 * longer knows what changed since.
 *
 * <p>What is known goes away only when the API server says so: by an event, or by a list that lacks it. A list that lacks
 * much is read twice. A watch is asked to last a minute; one that did not end by then is dead, whatever the connection
 * says, and the next one starts where it stopped, so that nothing is missed.
 */
public final class KindInformer<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KindInformer.class);
    private static final Duration FRUITLESS = Duration.ofSeconds(1);
    private static final int MOST_FRUITLESS = 3;
    private static final Duration LONGEST_REQUESTED_PAUSE = Duration.ofSeconds(30);

    private final ApiServer server;
    private final Resource resource;
    private final Decoder<T> decoder;
    private final Sink<T> sink;
    private final WatchOptions options;
    private final Backoff backoff;
    private final InstantSource clock = InstantSource.system();
    private final ObjectRef nameless;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private final Known<T> known;
    private @Nullable String resourceVersion;
    private int fruitless;
    private long lists;
    private volatile InformerStatus status;

    /** From JSON to what is kept. */
    @FunctionalInterface
    public interface Decoder<T> {

        /**
         * Never throws, whatever the object is.
         *
         * @param ref named {@code ?} where the object does not say its name
         * @param object may be changed
         * @param before what is kept of that object now
         * @return {@code before} if nothing that matters changed
         */
        T decode(ObjectRef ref, ObjectNode object, @Nullable T before);
    }

    /** Told of changes, in order, on the informer's thread: it must return at once. */
    public interface Sink<T> {

        /** @param changes null for an object that is gone; those of a list together */
        void changed(Map<ObjectRef, @Nullable T> changes);

        /** The first list was complete; whatever it held has been told. */
        void synced();
    }

    private record Listing<T>(@Nullable String resourceVersion, Map<ObjectRef, T> objects) {
        boolean absent() {
            return resourceVersion == null;
        }
    }

    private KindInformer(ApiServer server, Resource resource, Decoder<T> decoder, Sink<T> sink) {
        this.server = server;
        this.resource = resource;
        this.decoder = decoder;
        this.sink = sink;
        this.options = server.options();
        this.backoff = new Backoff(options.firstRetry(), options.lastRetry());
        this.nameless = new ObjectRef(resource.kind(), "", "?");
        this.known = new Known<>(nameless);
        this.status = new InformerStatus(resource.kind(), Phase.STARTING, 0, 0, null, null);
        this.thread = Thread.ofVirtual().name("informer-" + resource.kind()).unstarted(this::run);
    }

    public static <T> KindInformer<T> start(ApiServer server, Resource resource, Decoder<T> decoder, Sink<T> sink) {
        KindInformer<T> informer = new KindInformer<>(server, resource, decoder, sink);
        informer.thread.start();
        return informer;
    }

    public InformerStatus status() {
        return status;
    }

    @Override
    public void close() {
        end.countDown();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (end.getCount() > 0) {
            try {
                round();
            } catch (IOException e) {
                pause(failed(e));
            } catch (RuntimeException bug) {
                // A bug met with one answer must not end the informer: what is known stays, and all is read again.
                LOG.error("following {} failed and starts again", resource.kind(), bug);
                resourceVersion = null;
                pause(backoff.next());
            }
        }
    }

    private void round() throws IOException {
        String from = resourceVersion;
        if (from == null) {
            from = list();
            resourceVersion = from;
        }
        if (from == null) {
            pause(Backoff.spread(options.absent(), 0.2, ThreadLocalRandom.current()));
        } else if (watch(from) == Watched.NOTHING) {
            pause(backoff.next());
        }
    }

    /** Returns what to watch from; null where the kind is not installed. */
    private @Nullable String list() throws IOException {
        Set<ObjectRef> missedBefore = Set.of();
        boolean absentBefore = status.phase() == Phase.ABSENT;
        while (true) {
            Listing<T> listing = read();
            Set<ObjectRef> missing = known.missing(listing.objects());
            Set<ObjectRef> news = new HashSet<>(missing);
            news.removeAll(missedBefore);
            boolean doubtful = known.doubtful(news.size()) || (listing.absent() && !absentBefore);
            tell(known.take(listing.objects(), doubtful ? Set.of() : missing));
            if (!doubtful) {
                listed(listing);
                return listing.resourceVersion();
            }
            String problem = listing.absent()
                    ? "the API server does not serve " + resource.path()
                    : missing.size() + " of " + known.size() + " are missing in a list";
            LOG.warn("{}: {}; nothing is withdrawn before it says so again", resource.kind(), problem);
            say(Phase.DOUBTING, problem);
            missedBefore = missing;
            absentBefore = listing.absent();
            if (pause(status.lists() == 0 ? options.firstRetry() : options.confirm())) {
                throw new IOException("ended by its owner");
            }
        }
    }

    private Listing<T> read() throws IOException {
        Map<ObjectRef, T> objects = new HashMap<>();
        String first = null;
        String next = null;
        try {
            do {
                ApiServer.Page page = server.list(resource, next, item -> decode(item, objects));
                first = first == null ? page.resourceVersion() : first;
                next = page.next();
            } while (next != null);
        } catch (ApiFailure e) {
            if (e.reason() == ApiFailure.Reason.MISSING && resource.presence() == Resource.Presence.INSTALLED) {
                return new Listing<>(null, Map.of());
            }
            throw e;
        }
        return new Listing<>(first, objects);
    }

    private void decode(JsonNode item, Map<ObjectRef, T> into) {
        ObjectNode object = item instanceof ObjectNode node
                ? node
                : ApiServer.JSON.createObjectNode().set("item", item);
        ObjectRef ref = ref(object);
        into.put(ref, decoder.decode(ref, object, known.get(ref)));
    }

    private ObjectRef ref(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        String name = metadata.path("name").stringValue("");
        return name.isEmpty()
                ? nameless
                : new ObjectRef(resource.kind(), metadata.path("namespace").stringValue(""), name);
    }

    private void tell(Map<ObjectRef, @Nullable T> changes) {
        if (!changes.isEmpty()) {
            sink.changed(changes);
        }
    }

    private void listed(Listing<T> listing) {
        Phase before = status.phase();
        lists++;
        say(listing.absent() ? Phase.ABSENT : Phase.CURRENT, null);
        if (lists == 1) {
            sink.synced();
        }
        if (listing.absent() && before != Phase.ABSENT) {
            LOG.warn(
                    "{} is not served at {}: there are no such objects until it is installed",
                    resource.kind(),
                    resource.path());
        } else if (before == Phase.ABSENT && !listing.absent()) {
            LOG.info("{} is installed now", resource.kind());
        }
    }

    /** Whether a watch that was begun came to anything. */
    private enum Watched {
        SOMETHING,
        NOTHING
    }

    private Watched watch(String from) throws IOException {
        Duration length = Backoff.spread(options.watch(), 0.2, ThreadLocalRandom.current());
        EventStream events = server.watch(resource, from, length);
        long begun = System.nanoTime();
        int count = 0;
        try (events) {
            recovered();
            EventStream.Event event;
            while ((event = events.next()) != null) {
                take(event);
                count++;
            }
        } finally {
            if (count > 0 || System.nanoTime() - begun > FRUITLESS.toNanos()) {
                fruitless = 0;
                backoff.reset();
            } else {
                fruitless++;
            }
        }
        if (fruitless == 0) {
            return Watched.SOMETHING;
        }
        if (fruitless >= MOST_FRUITLESS) {
            // Some servers only hang up where they should say that the resourceVersion is too old.
            fruitless = 0;
            resourceVersion = null;
        }
        return Watched.NOTHING;
    }

    private void take(EventStream.Event event) {
        ObjectNode object = event.object();
        String version = object.path("metadata").path("resourceVersion").stringValue("");
        ObjectRef ref = ref(object);
        switch (event.happening()) {
            case CHANGED -> tell(known.take(Map.of(ref, decoder.decode(ref, object, known.get(ref))), Set.of()));
            case DELETED -> tell(known.take(Map.of(), Set.of(ref)));
            case BOOKMARK -> {}
        }
        if (!version.isEmpty()) {
            resourceVersion = version;
        }
        say(Phase.CURRENT, null);
    }

    private void recovered() {
        if (status.phase() == Phase.WAITING) {
            LOG.info("{}: the API server answers again", resource.kind());
        }
        say(Phase.CURRENT, null);
    }

    /** How long to wait before the next attempt. */
    private Duration failed(IOException e) {
        Duration pause = backoff.next();
        if (e instanceof ApiFailure failure) {
            switch (failure.reason()) {
                case GONE, MISSING, BROKEN -> resourceVersion = null;
                case REFUSED, BUSY -> {}
            }
            Duration asked = failure.retryAfter();
            if (asked != null && asked.compareTo(pause) > 0) {
                pause = asked.compareTo(LONGEST_REQUESTED_PAUSE) < 0 ? asked : LONGEST_REQUESTED_PAUSE;
            }
        }
        if (end.getCount() > 0) {
            String problem = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            if (status.phase() == Phase.WAITING) {
                LOG.debug("{}: {}", resource.kind(), problem);
            } else {
                LOG.warn("{}: {}; what is known stays", resource.kind(), problem);
            }
            InformerStatus last = status;
            status = new InformerStatus(
                    resource.kind(), Phase.WAITING, last.objects(), last.lists(), last.answered(), problem);
        }
        return pause;
    }

    private void say(Phase phase, @Nullable String problem) {
        status = new InformerStatus(resource.kind(), phase, known.size(), lists, clock.instant(), problem);
    }

    /** Returns whether the end came meanwhile. */
    private boolean pause(Duration duration) {
        try {
            return end.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return end.getCount() == 0;
        }
    }
}
