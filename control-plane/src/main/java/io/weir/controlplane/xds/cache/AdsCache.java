package io.weir.controlplane.xds.cache;

import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.ConfigWatcher;
import io.envoyproxy.controlplane.cache.DeltaResponse;
import io.envoyproxy.controlplane.cache.DeltaWatch;
import io.envoyproxy.controlplane.cache.DeltaXdsRequest;
import io.envoyproxy.controlplane.cache.VersionedResource;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.XdsRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Status;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The discovery server's source of configuration. The discovery server only carries: which stream a watch belongs to
 * comes with {@link AdsStream#CURRENT}, and what is sent when is decided by that {@link AdsStream}, because the watch
 * interface tells neither subscriptions, nor refusals, nor versions a client brings along.
 */
public final class AdsCache implements ConfigWatcher {

    private static final Logger LOG = LoggerFactory.getLogger(AdsCache.class);

    private final SnapshotSource source;
    private final Timers timers;
    private final AdsCounters counters;
    private final LargeResponses large;
    private final Set<AdsStream> streams = ConcurrentHashMap.newKeySet();

    public AdsCache(SnapshotSource source, Timers timers, AdsCounters counters) {
        this.source = source;
        this.timers = timers;
        this.counters = counters;
        this.large = new LargeResponses(timers, this::pump);
    }

    public AdsCounters counters() {
        return counters;
    }

    /** Where this cache and its streams read the time. */
    public Timers timers() {
        return timers;
    }

    LargeResponses large() {
        return large;
    }

    SnapshotSource source() {
        return source;
    }

    /** A proxy with a proven identity has opened a stream. */
    public AdsStream open(WorkloadKey proxy, Protocol protocol, AdsStream.Transport transport) {
        AdsStream stream = new AdsStream(proxy, protocol, this, transport);
        streams.add(stream);
        return stream;
    }

    void closed(AdsStream stream) {
        streams.remove(stream);
    }

    /** The world has changed: every connected proxy's new snapshot is pulled and compared with the last. */
    public void changed() {
        push(streams);
    }

    /**
     * The same, watched: the round ends when the last proxy that this concerns has answered or gone.
     *
     * @return how many proxies it concerns
     */
    public int changed(Round round) {
        LayerDiffs diffs = new LayerDiffs();
        for (AdsStream stream : streams) {
            guarded(stream, () -> {
                stream.refresh(diffs);
                stream.await(round);
                stream.pump();
            });
        }
        int concerned = round.concerned();
        round.leave(timers.nanos());
        return concerned;
    }

    /** Only these proxies' snapshots have changed, as when certificates are renewed. */
    public void changed(Set<WorkloadKey> proxies) {
        push(streams.stream().filter(stream -> proxies.contains(stream.proxy())).toList());
    }

    private void push(Collection<AdsStream> some) {
        LayerDiffs diffs = new LayerDiffs();
        for (AdsStream stream : some) {
            guarded(stream, () -> {
                stream.refresh(diffs);
                stream.pump();
            });
        }
    }

    void pump(AdsStream stream) {
        guarded(stream, stream::pump);
    }

    /** A bug met with one proxy's stream ends that stream, which starts again; it must not stop the others. */
    private static void guarded(AdsStream stream, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            LOG.error("push failed, the stream is ended: proxy={}", stream.proxy(), bug);
            stream.end(Status.INTERNAL.withDescription("push failed"));
        }
    }

    /** Whether each connected proxy that asks for this resource has accepted this version of it. */
    public boolean everyConnectedProxyAcked(XdsType type, String name, String version) {
        return streams.stream().allMatch(stream -> stream.acked(type, name, version));
    }

    @Override
    public Watch createWatch(
            boolean ads,
            XdsRequest request,
            Set<String> knownResourceNames,
            Consumer<io.envoyproxy.controlplane.cache.Response> responseConsumer,
            boolean hasClusterChanged,
            boolean allowDefaultEmptyEdsUpdate) {
        // A response names a request only for callbacks: a small one, so that no node is kept for each type.
        XdsRequest answered = XdsRequest.create(
                DiscoveryRequest.newBuilder().setTypeUrl(request.getTypeUrl()).build());
        current()
                .sink(
                        type(request.getTypeUrl()),
                        response -> responseConsumer.accept(io.envoyproxy.controlplane.cache.Response.create(
                                answered,
                                response.resources().stream()
                                        .map(XdsResource::body)
                                        .toList(),
                                response.version())));
        return new Watch(ads, allowDefaultEmptyEdsUpdate, request, responseConsumer);
    }

    @Override
    public DeltaWatch createDeltaWatch(
            DeltaXdsRequest request,
            String requesterVersion,
            Map<String, String> resourceVersions,
            Set<String> pendingResources,
            boolean isWildcard,
            Consumer<DeltaResponse> responseConsumer,
            boolean hasClusterChanged) {
        DeltaXdsRequest answered = DeltaXdsRequest.create(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(request.getTypeUrl())
                .build());
        current().sink(type(request.getTypeUrl()), response -> {
            Map<String, VersionedResource<? extends Message>> versioned = new LinkedHashMap<>();
            for (XdsResource resource : response.resources()) {
                versioned.put(resource.name(), VersionedResource.create(resource.body(), resource.version()));
            }
            responseConsumer.accept(DeltaResponse.create(answered, versioned, response.removed(), response.version()));
        });
        return new DeltaWatch(
                request, resourceVersions, pendingResources, requesterVersion, isWildcard, responseConsumer);
    }

    private static AdsStream current() {
        AdsStream stream = AdsStream.CURRENT.get();
        if (stream == null) {
            throw new IllegalStateException("a watch outside of a stream");
        }
        return stream;
    }

    private static XdsType type(String typeUrl) {
        for (XdsType type : XdsType.values()) {
            if (type.typeUrl().equals(typeUrl)) {
                return type;
            }
        }
        throw new IllegalStateException("a watch for a type that is filtered out: " + typeUrl);
    }

    /**
     * Watches one change on its way: from the moment it was made until each proxy that was connected, and that it concerns,
     * has taken it or has gone. All methods may be called from any thread.
     */
    public static final class Round {

        private final long since;
        private final LongConsumer each;
        private final LongConsumer all;
        private final AtomicInteger awaited = new AtomicInteger(1);
        private final AtomicInteger concerned = new AtomicInteger();

        /**
         * Starts one.
         *
         * @param since when the change was made, as {@link Timers#nanos()} counts
         * @param each told for each proxy how many nanoseconds after that it had taken everything
         * @param all told once, when nobody is awaited any more
         */
        public Round(long since, LongConsumer each, LongConsumer all) {
            this.since = since;
            this.each = each;
            this.all = all;
        }

        /** How many proxies it concerned so far. */
        public int concerned() {
            return concerned.get();
        }

        void awaits() {
            concerned.incrementAndGet();
            awaited.incrementAndGet();
        }

        void taken(long now) {
            each.accept(now - since);
            leave(now);
        }

        /** Nobody else will be awaited, or one who was has gone. */
        void leave(long now) {
            if (awaited.decrementAndGet() == 0) {
                all.accept(now - since);
            }
        }
    }
}
