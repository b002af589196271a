package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.replicas.ReplicaReport;
import io.weir.controlplane.replicas.ReplicaReport.Refused;
import io.weir.controlplane.status.Acknowledgements;
import io.weir.controlplane.status.Acknowledgements.Refusal;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClusterViewTest {

    private static final WorkloadKey WEB = new WorkloadKey("shop", "web");
    private static final WorkloadKey API = new WorkloadKey("shop", "api");
    private static final WorkloadKey OLD = new WorkloadKey("shop", "old");

    private static ReplicaReport report(String objects, WorkloadKey proxy) {
        return new ReplicaReport("", objects, new TreeSet<>(List.of(proxy)), true);
    }

    @Test
    void proxies_of_all_replicas_count_that_serve_the_same_objects() {
        Refused refused = new Refused(API, "inbound/80", "no");
        assertThat(ClusterView.acknowledgements(
                        "new",
                        List.of(
                                report("new", WEB),
                                report("old", OLD),
                                new ReplicaReport("", "new", new TreeSet<>(List.of(API)), true, List.of(refused)))))
                .isEqualTo(new Acknowledgements(
                        new TreeSet<>(List.of(WEB, API)),
                        true,
                        List.of(new Refusal(API, List.of("inbound/80"), "no"))));
    }

    @Test
    void where_a_replica_could_not_say_all_more_may_be_in_sync() {
        ReplicaReport part = new ReplicaReport("", "new", new TreeSet<>(), false);
        assertThat(ClusterView.acknowledgements("new", List.of(report("new", WEB), part))
                        .whole())
                .isFalse();
        assertThat(ClusterView.acknowledgements("new", List.of()).whole()).isFalse();
    }
}
