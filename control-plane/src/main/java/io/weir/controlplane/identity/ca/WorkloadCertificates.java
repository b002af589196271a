package io.weir.controlplane.identity.ca;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the workloads whose proxies are connected, in memory alone: after a restart each gets a new one.
 * Safe for use by many threads.
 */
public final class WorkloadCertificates {

    private final CertificateAuthority authority;
    private final InstantSource clock;
    private final ConcurrentMap<WorkloadKey, Svid> held = new ConcurrentHashMap<>();

    public WorkloadCertificates(CertificateAuthority authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** The workload's certificate: the one it has, or a new one if that is due, of another identity or missing. */
    public Svid current(WorkloadKey workload, Identity identity) {
        Instant now = clock.instant();
        Svid present = held.get(workload);
        if (present != null && fits(present, identity, now)) {
            return present;
        }
        return held.compute(
                workload,
                (_, svid) -> svid != null && fits(svid, identity, now) ? svid : authority.issue(identity, workload));
    }

    /** Whose certificate should be replaced: it is past the middle of its life, or its signer signs no more. */
    public Set<WorkloadKey> due(Instant now) {
        Set<WorkloadKey> due = new TreeSet<>();
        held.forEach((workload, svid) -> {
            if (due(svid, now)) {
                due.add(workload);
            }
        });
        return due;
    }

    /** When the workload's certificate ends; null if it has none. */
    public @Nullable Instant notAfter(WorkloadKey workload) {
        Svid svid = held.get(workload);
        return svid == null ? null : svid.notAfter();
    }

    /** To be called when the workload's proxy has gone. */
    public void forget(WorkloadKey workload) {
        held.remove(workload);
    }

    private boolean fits(Svid svid, Identity identity, Instant now) {
        return svid.identity().equals(identity) && !due(svid, now);
    }

    private boolean due(Svid svid, Instant now) {
        return !now.isBefore(svid.renewAt()) || authority.signsNoMore(svid.signer());
    }
}
