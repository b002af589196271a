package io.weir.telemetry.denial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.denial.Denial.Kind;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.LogEntry;
import io.weir.telemetry.ingest.LogEntry.Judgement;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Party;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DenialStoreTest {

    private static final ProxyIdentity WEB = new ProxyIdentity("shop", "web", "web-1", "uid");
    private static final ProxyIdentity DB = new ProxyIdentity("shop", "db", "db-1", "uid");
    private static final Party BUYER = new Party("shop", "buyer-1", "buyer", List.of(), "");
    private static final Inventory INVENTORY = new Inventory(
            new TreeMap<>(),
            new TreeMap<>(Map.of(new WorkloadKey("shop", "buyer-1"), BUYER)),
            Map.of("10.0.0.7", new WorkloadKey("shop", "buyer-1")),
            new TreeMap<>(),
            List.of());

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    private DenialStore store(int all, int ofSidecar, int perSecond) {
        return new DenialStore(
                () -> now,
                new EdgeResolver(new TrustDomain("cluster.local")),
                () -> INVENTORY,
                new DenialLimits(all, ofSidecar, perSecond));
    }

    private LogEntry entry(String path, String peerId, Judgement enforced, Judgement shadow) {
        return new LogEntry(
                now, 8080, Protocol.HTTP, "10.0.0.7", peerId, false, "GET", "web.shop", path, 403, enforced, shadow);
    }

    private LogEntry denied(String path) {
        return entry(path, "", Judgement.DENIED, Judgement.NONE);
    }

    @Test
    void what_is_kept_says_who_called_whom() {
        DenialStore store = store(10, 10, 10);
        store.logged(WEB, denied("/a"));
        store.logged(WEB, entry("/b", "spiffe://cluster.local/ns/shop/sa/thief", Judgement.DENIED, Judgement.NONE));
        store.logged(WEB, entry("/c", "spiffe://elsewhere/ns/shop/sa/thief", Judgement.DENIED, Judgement.NONE));

        Party self = new Party("shop", "web-1", "web", List.of(), "");
        Party thief = new Party("shop", "", "thief", List.of(), "");
        assertThat(store.denials())
                .extracting(Denial::path, Denial::source, Denial::proven, Denial::destination)
                .containsExactly(
                        tuple("/a", BUYER, false, self),
                        tuple("/b", thief, true, self),
                        tuple("/c", BUYER, false, self));
    }

    @Test
    void a_denial_is_real_or_would_be() {
        DenialStore store = store(10, 10, 10);
        store.logged(WEB, denied("/a"));
        store.logged(WEB, entry("/b", "", Judgement.DENIED, Judgement.ALLOWED));
        store.logged(WEB, entry("/c", "", Judgement.NONE, Judgement.DENIED));
        store.logged(WEB, entry("/d", "", Judgement.ALLOWED, Judgement.DENIED));
        store.logged(WEB, entry("/e", "", Judgement.ALLOWED, Judgement.NONE));
        store.logged(WEB, entry("/f", "", Judgement.NONE, Judgement.ALLOWED));

        assertThat(store.denials())
                .extracting(Denial::kind)
                .containsExactly(Kind.DENIED, Kind.DENIED_BUT_AUDITED, Kind.WOULD_BE_DENIED, Kind.WOULD_BE_DENIED);
    }

    @Test
    void one_sidecar_pushes_out_only_its_own() {
        DenialStore store = store(10, 2, 10);
        store.logged(DB, denied("/db"));
        store.logged(WEB, denied("/1"));
        store.logged(WEB, denied("/2"));
        store.logged(WEB, denied("/3"));

        assertThat(store.denials()).extracting(Denial::path).containsExactly("/db", "/2", "/3");
    }

    @Test
    void the_oldest_of_all_goes_first() {
        DenialStore store = store(2, 2, 10);
        store.logged(DB, denied("/db"));
        store.logged(WEB, denied("/1"));
        store.logged(WEB, denied("/2"));
        store.logged(DB, denied("/db2"));
        store.logged(DB, denied("/db3"));

        assertThat(store.denials()).extracting(Denial::path).containsExactly("/db2", "/db3");
        assertThat(store.denials()).extracting(Denial::number).containsExactly(4L, 5L);
    }

    @Test
    void what_one_sidecar_tells_too_fast_is_dropped_and_counted() {
        DenialStore store = store(10, 10, 2);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        store.meters(meters);
        for (int i = 0; i < 5; i++) {
            store.logged(WEB, denied("/" + i));
        }
        store.logged(DB, denied("/db"));
        now = now.plusSeconds(1);
        store.logged(WEB, denied("/later"));

        assertThat(store.denials()).extracting(Denial::path).containsExactly("/0", "/1", "/db", "/later");
        assertThat(store.dropped()).isEqualTo(3);
        assertThat(meters.get("weir.telemetry.denials").functionCounter().count())
                .isEqualTo(4);
        assertThat(meters.get("weir.telemetry.denials.dropped")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
    }
}
