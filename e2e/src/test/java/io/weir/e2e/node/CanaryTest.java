package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.CanarySplit.Writer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Canaries are walked from one version to the other while they are called all the time: one by hand, and those of the
 * tools, which write older versions of SMI and compare what they read with what they wrote.
 */
@Tag("node")
class CanaryTest {

    /** Of the canary, out of 100. */
    private static final List<Integer> WALK = List.of(0, 20, 40, 50, 100);

    /** So many that a share which is right is 5 points off once in 10000 walks. */
    private static final int CALLS = 1600;

    private static TestNamespace shop;
    private static List<CanarySplit> splits;

    @BeforeAll
    static void start() {
        Release.with();
        shop = TestNamespace.meshed("canary");
        shop.apply(EchoApp.serving("web-v1").manifests()
                + EchoApp.serving("web-v2").version("v2").manifests());
        String owner = shop.get("deploy", "web-v1").at("/metadata/uid").asString();
        splits = Stream.of(Writer.values())
                .map(writer -> new CanarySplit(shop, writer, owner))
                .toList();
        splits.forEach(CanarySplit::createServices);
        shop.awaitRollout("deploy/web-v1", "deploy/web-v2");
        String[] roots =
                splits.stream().map(split -> "http://" + split.root() + "/").toArray(String[]::new);
        shop.apply(EchoApp.calling("caller", 100, roots).manifests());
        shop.awaitRollout("deploy/caller");
    }

    @AfterAll
    static void end() {
        shop.close();
    }

    @Test
    void each_step_is_followed_and_no_call_fails_and_tools_read_what_they_wrote() {
        splits.forEach(split -> split.create(WALK.getFirst()));
        for (int weight : WALK) {
            if (weight != WALK.getFirst()) {
                splits.forEach(split -> split.step(weight));
            }
            for (CanarySplit split : splits) {
                assertReadsAsWritten(split, weight);
                shop.awaitProgrammed("trafficsplits.split.smi-spec.io", split.root());
            }
            assertShares(weight);
        }
        for (CanarySplit split : splits) {
            assertThat(split.read().at("/metadata/generation").asInt())
                    .as("changes of %s", split.root())
                    .isEqualTo(WALK.size());
        }
        assertThat(Calls.each(shop, "deploy/caller"))
                .allSatisfy(calls -> assertThat(calls.failed()).isEmpty());
    }

    private static void assertReadsAsWritten(CanarySplit split, int weight) {
        JsonNode read = split.read();
        assertThat(CanarySplit.readable(read.path("spec")))
                .as("%s at %d", split.root(), weight)
                .isEqualTo(CanarySplit.readable(Cluster.json(split.wanted(weight))));
        assertThat(read.at("/metadata/ownerReferences/0/uid").asString()).isEqualTo(split.owner());
        assertThat(read.at("/metadata/annotations").propertyNames())
                .noneMatch(name -> name.startsWith("conv.weir.io/"));
    }

    private static void assertShares(int weight) {
        List<Calls> before = Calls.each(shop, "deploy/caller");
        int enough = weight % 100 == 0 ? CALLS / 4 : CALLS;
        List<Calls> made = await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> since(before, Calls.each(shop, "deploy/caller")),
                        calls -> calls.stream().allMatch(one -> one.total() >= enough));
        for (int i = 0; i < made.size(); i++) {
            Calls calls = made.get(i);
            assertThat(100.0 * calls.by("web-v2/v2") / calls.total())
                    .as("%s at %d: %s", splits.get(i).root(), weight, calls)
                    .isCloseTo(weight, within(5.0));
        }
    }

    private static List<Calls> since(List<Calls> before, List<Calls> now) {
        return Stream.iterate(0, i -> i < now.size(), i -> i + 1)
                .map(i -> now.get(i).since(before.get(i)))
                .toList();
    }
}
