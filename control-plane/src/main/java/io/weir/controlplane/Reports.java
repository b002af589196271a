package io.weir.controlplane;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.push.World;
import io.weir.controlplane.replicas.ReplicaReport;
import io.weir.controlplane.replicas.ReplicaReport.Refused;
import io.weir.controlplane.source.SmiEntry;
import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.server.ProxyStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What this replica tells the others about its engine. Used by one thread. */
final class Reports {

    private static final int DIGEST_BYTES = 16;

    private final Engine engine;
    private final CertificateAuthority authority;
    private @Nullable SortedMap<ObjectRef, SmiEntry> digested;
    private String digest = "";
    private String roots = "";

    Reports(Engine engine, CertificateAuthority authority) {
        this.engine = engine;
        this.authority = authority;
    }

    ReplicaReport now() {
        // The world first: who is in sync a moment later is so with this world or a newer one.
        World world = engine.pipeline().given();
        TrustBundle bundle = authority.bundle();
        SortedSet<WorkloadKey> inSync = new TreeSet<>();
        List<Refused> refused = new ArrayList<>();
        for (ProxyStatus proxy : engine.registry().statuses()) {
            refused.addAll(refused(proxy));
            if (inSync(proxy)) {
                inSync.add(proxy.identity().workloadKey());
            }
        }
        return new ReplicaReport(
                engine.upkeep().holds(bundle) ? bundle.version() : "",
                digest(world.state().smi()),
                inSync,
                true,
                refused);
    }

    /** Whether the mesh's roots are others than when this was asked last. */
    boolean rootsChanged() {
        String present = authority.bundle().version();
        boolean changed = !present.equals(roots);
        roots = present;
        return changed;
    }

    private static boolean inSync(ProxyStatus proxy) {
        return !proxy.types().isEmpty()
                && proxy.types().values().stream().allMatch(type -> type.sync() == TypeStatus.Sync.SYNCED);
    }

    /** Of what a proxy refused last; what it takes again by now it does not refuse. */
    private static List<Refused> refused(ProxyStatus proxy) {
        NackRecord last = proxy.last();
        TypeStatus type = last == null ? null : proxy.types().get(last.type());
        return last == null || type == null || type.sync() != TypeStatus.Sync.NACKED
                ? List.of()
                : last.resources().stream()
                        .map(resource -> new Refused(proxy.identity().workloadKey(), resource, last.reason()))
                        .toList();
    }

    @SuppressWarnings("ReferenceEquality") // a source gives the same objects while nothing changed
    private String digest(SortedMap<ObjectRef, SmiEntry> objects) {
        if (objects != digested) {
            digest = of(objects);
            digested = objects;
        }
        return digest;
    }

    /** Depends on nothing but what the objects say. */
    static String of(Map<ObjectRef, SmiEntry> objects) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            objects.forEach((ref, entry) -> {
                sha.update(ref.toString().getBytes(StandardCharsets.UTF_8));
                sha.update(entry.toString().getBytes(StandardCharsets.UTF_8));
            });
            return HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
