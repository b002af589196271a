package io.weir.controlplane.push;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.RotationStep;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done when time passes: certificates renewed, a root rotation taken one step on, streams of workloads
 * that are gone ended, what was kept for proxies that left forgotten. {@link #tick} is called about every second.
 */
public final class Upkeep {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration BIND_RETRY = Duration.ofSeconds(10);
    private static final Duration AWAY = Duration.ofMinutes(1);

    private final Pipeline pipeline;
    private final AdsCache cache;
    private final ConnectionRegistry registry;
    private final CertificateAuthority authority;
    private final WorkloadCertificates certificates;
    private final InstantSource clock;
    private final RootsChanged rootsChanged;
    private final @Nullable Replicated replicated;
    private final Map<WorkloadKey, Instant> lastSeen = new HashMap<>();
    private String problem = "";

    /** Told when the trusted roots or the signer changed: what is not sent by xDS must be replaced too. */
    @FunctionalInterface
    public interface RootsChanged {
        void changed() throws IOException;
    }

    /**
     * How it is where several control planes share one authority.
     *
     * @param leads whether this one moves a rotation on; the others follow
     * @param others whether the proxies of all the others have a bundle
     */
    public record Replicated(BooleanSupplier leads, CertificateAuthority.BundleHolders others) {}

    /** @param replicated null for one that is alone */
    public Upkeep(
            Pipeline pipeline,
            AdsCache cache,
            ConnectionRegistry registry,
            CertificateAuthority authority,
            WorkloadCertificates certificates,
            InstantSource clock,
            RootsChanged rootsChanged,
            @Nullable Replicated replicated) {
        this.pipeline = pipeline;
        this.cache = cache;
        this.registry = registry;
        this.authority = authority;
        this.certificates = certificates;
        this.clock = clock;
        this.rootsChanged = rootsChanged;
        this.replicated = replicated;
    }

    /** One round. */
    public synchronized void tick() {
        // First what can't wait for an answer of the authority's store.
        Set<WorkloadKey> due = certificates.due(clock.instant());
        if (!due.isEmpty()) {
            cache.changed(due);
        }
        try {
            if (replicated != null && authority.reload()) {
                rootsMoved();
            }
            if (replicated == null || replicated.leads().getAsBoolean()) {
                RotationStep step = authority.advance(bundle -> holds(bundle)
                        && (replicated == null || replicated.others().allHold(bundle)));
                if (step instanceof RotationStep.Moved) {
                    rootsMoved();
                }
            }
            problem = "";
        } catch (IOException e) {
            String now = e.toString();
            if (!now.equals(problem)) {
                log.error("the root rotation could not go on and waits", e);
            }
            problem = now;
        }
        retryBinds();
        forgetTheGone();
    }

    /** Whether every proxy that is connected here has acknowledged this bundle. */
    public boolean holds(TrustBundle bundle) {
        return cache.everyConnectedProxyAcked(
                XdsType.SECRET, "trust", pipeline.trust(bundle).version());
    }

    /** Starts a rotation of the root; the following ticks carry it on. */
    public synchronized RotationStep rotate() throws IOException {
        RotationStep step = authority.rotate();
        if (step instanceof RotationStep.Moved) {
            rootsMoved();
        }
        return step;
    }

    /** Ends the streams whose workload is gone or has become another one since they were opened. */
    public void endStrangers(World world) {
        registry.expel(proxy -> !known(world, proxy), "this workload is not in the mesh any more");
    }

    private static boolean known(World world, ProxyIdentity proxy) {
        Workload workload = world.built().model().workloads().get(proxy.workloadKey());
        return workload != null
                && workload.meshed()
                && workload.identity().equals(proxy.identity())
                && workload.uid().equals(proxy.uid());
    }

    /**
     * An address that was taken may be free by now, as when a mesh started before another one had quite ended. Unlike any
     * other refusal this one says nothing about the resource, so it is offered again, on a new stream.
     */
    private void retryBinds() {
        Instant before = clock.instant().minus(BIND_RETRY);
        registry.restart(
                status -> status.last() != null
                        && status.last().reason().contains("cannot bind")
                        && status.last().at().isBefore(before)
                        && status.connectedAt().isBefore(before)
                        && status.types().values().stream().anyMatch(type -> type.sync() == TypeStatus.Sync.NACKED),
                "an address could not be bound; trying again");
    }

    private void rootsMoved() throws IOException {
        pipeline.trustChanged();
        rootsChanged.changed();
        cache.changed();
    }

    /** A proxy that has been away for a while is gone; a shorter absence is a reconnect, which keeps its certificate. */
    private void forgetTheGone() {
        Instant now = clock.instant();
        registry.statuses().forEach(status -> lastSeen.put(status.identity().workloadKey(), now));
        lastSeen.values().removeIf(seen -> seen.plus(AWAY).isBefore(now));
        pipeline.keepOnly(lastSeen.keySet());
    }
}
