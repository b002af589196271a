package io.weir.controlplane.source.kubernetes.watch;

import static io.weir.controlplane.source.kubernetes.watch.FakeApiServer.event;
import static io.weir.controlplane.source.kubernetes.watch.FakeApiServer.listBody;
import static io.weir.controlplane.source.kubernetes.watch.FakeApiServer.thing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.kubernetes.watch.FakeApiServer.Answer;
import io.weir.controlplane.source.kubernetes.watch.FakeApiServer.Answer.End;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus.Phase;
import io.weir.controlplane.source.kubernetes.watch.Resource.Extent;
import io.weir.controlplane.source.kubernetes.watch.Resource.Presence;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KindInformerTest {

    private static final WatchOptions QUICK = new WatchOptions(
            500,
            Duration.ofSeconds(2),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofMillis(50));
    private static final Answer GONE = Answer.of(410, "too old", "");

    private FakeApiServer server;
    private KindInformer<String> informer;
    private final BlockingQueue<Map<String, String>> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> synced = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws IOException {
        server = FakeApiServer.start();
    }

    @AfterEach
    void close() {
        if (informer != null) {
            informer.close();
        }
        server.close();
    }

    private void follow(Presence presence) {
        Resource things = new Resource("Thing", "/apis/test/v1/things", null, Extent.WHOLE, presence);
        informer = KindInformer.start(
                ApiServer.of(server.client(), QUICK),
                things,
                (ref, object, before) -> object.path("value").asString("?"),
                new KindInformer.Sink<>() {
                    @Override
                    public void changed(Map<ObjectRef, String> changes) {
                        Map<String, String> named = new HashMap<>();
                        changes.forEach((ref, value) -> named.put(ref.name(), value));
                        told.add(new TreeMap<>(named));
                    }

                    @Override
                    public void synced() {
                        synced.add("synced");
                    }
                });
    }

    private Map<String, String> next() throws InterruptedException {
        Map<String, String> changes = told.poll(10, TimeUnit.SECONDS);
        assertThat(changes)
                .as("nothing told; %s, asked %s", informer.status(), server.requests())
                .isNotNull();
        return changes;
    }

    private List<String> awaitRequests(int count) {
        await().atMost(Duration.ofSeconds(15)).until(() -> server.requests().size() >= count);
        return server.requests();
    }

    private static Map<String, String> gone(String... names) {
        Map<String, String> gone = new TreeMap<>();
        for (String name : names) {
            gone.put(name, null);
        }
        return gone;
    }

    private static String[] things(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> thing("t" + i, "v")).toArray(String[]::new);
    }

    @Test
    void a_list_is_read_part_by_part_and_told_as_a_whole_and_changes_follow() throws Exception {
        server.list(new Answer(200, listBody("7", "more", thing("a", "1")), End.PROPER))
                .list("7", thing("b", "1"))
                .watch(
                        End.SILENT,
                        event("MODIFIED", thing("a", "2", "8")),
                        event("MODIFIED", thing("a", "2", "9")),
                        event("DELETED", thing("b", "1", "10")),
                        event("ADDED", thing("c", "1", "11")));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1", "b", "1"));
        assertThat(synced.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(next()).isEqualTo(Map.of("a", "2"));
        assertThat(next()).isEqualTo(gone("b"));
        assertThat(next()).isEqualTo(Map.of("c", "1"));
        assertThat(server.requests().getFirst()).isEqualTo("limit=500");
        assertThat(server.requests().get(1)).isEqualTo("continue=more&limit=500");
        assertThat(server.requests().get(2)).contains("resourceVersion=7");
    }

    @Test
    void a_watch_that_ended_goes_on_where_it_stopped() throws Exception {
        server.list("7", thing("a", "1"))
                .watch(End.PROPER, event("MODIFIED", thing("a", "2", "8")))
                .watch(End.CUT, event("BOOKMARK", thing("", "", "20")))
                .watch(End.SILENT, event("MODIFIED", thing("a", "3", "21")));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "2"));
        assertThat(next()).isEqualTo(Map.of("a", "3"));
        assertThat(server.requests().get(2)).contains("resourceVersion=8&");
        assertThat(server.requests().get(3)).contains("resourceVersion=20&");
        assertThat(server.requests())
                .filteredOn(query -> query.startsWith("limit"))
                .hasSize(1);
    }

    @Test
    void a_connection_that_died_without_a_word_is_given_up_and_nothing_is_missed() throws Exception {
        server.list("7", thing("a", "1"))
                .watch(End.SILENT, event("MODIFIED", thing("a", "2", "8")))
                .watch(End.SILENT, event("MODIFIED", thing("a", "3", "9")));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "2"));
        assertThat(next()).isEqualTo(Map.of("a", "3"));
        assertThat(server.requests().get(2)).contains("resourceVersion=8&");
        assertThat(server.requests())
                .filteredOn(query -> query.startsWith("limit"))
                .hasSize(1);
    }

    @Test
    void after_a_watch_that_is_too_old_only_differences_are_told() throws Exception {
        server.list("7", thing("a", "1"), thing("b", "1"), thing("c", "1"))
                .watch(GONE)
                .list("90", thing("a", "1"), thing("b", "2"), thing("d", "1"))
                .watch(End.SILENT, event("ERROR", "{\"kind\":\"Status\",\"code\":410,\"message\":\"expired\"}"))
                .list("95", thing("a", "1"), thing("b", "2"), thing("d", "2"));
        follow(Presence.BUILT_IN);
        next();
        Map<String, String> differences = new TreeMap<>(Map.of("b", "2", "d", "1"));
        differences.put("c", null);
        assertThat(next()).isEqualTo(differences);
        assertThat(next()).isEqualTo(Map.of("d", "2"));
        await().until(() -> informer.status().lists() == 3);
    }

    @Test
    void a_list_that_lacks_much_is_read_again_and_was_wrong() throws Exception {
        String[] renewed = things(0, 12);
        renewed[0] = thing("t0", "new");
        server.list("7", things(0, 12))
                .watch(GONE)
                .list("90", thing("t0", "new"), thing("t13", "v"))
                .list("91", renewed);
        follow(Presence.BUILT_IN);
        assertThat(next()).hasSize(12);
        assertThat(next()).as("what is there is told at once").isEqualTo(Map.of("t0", "new", "t13", "v"));
        assertThat(next()).isEqualTo(gone("t13"));
        awaitRequests(5);
        assertThat(informer.status().objects()).isEqualTo(12);
        assertThat(told).isEmpty();
    }

    @Test
    void a_list_that_lacks_much_is_read_again_and_was_right() throws Exception {
        server.list("7", things(0, 12)).watch(GONE).list("90", things(0, 4)).list("91", things(0, 4));
        follow(Presence.BUILT_IN);
        assertThat(next()).hasSize(12);
        assertThat(next()).isEqualTo(gone("t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11"));
        assertThat(server.requests())
                .filteredOn(query -> query.startsWith("limit"))
                .hasSize(3);
    }

    @Test
    void an_empty_list_is_read_again_however_few_there_were() throws Exception {
        server.list("7", things(0, 2)).watch(GONE).list("90").list("91", things(0, 2));
        follow(Presence.BUILT_IN);
        assertThat(next()).hasSize(2);
        awaitRequests(5);
        assertThat(told).isEmpty();
    }

    @Test
    void a_few_that_vanished_are_gone_at_once() throws Exception {
        server.list("7", things(0, 12)).watch(GONE).list("90", things(3, 12));
        follow(Presence.BUILT_IN);
        assertThat(next()).hasSize(12);
        assertThat(next()).isEqualTo(gone("t0", "t1", "t2"));
    }

    @Test
    void a_kind_that_is_not_installed_is_empty_until_it_is() throws Exception {
        Answer missing = Answer.of(404, "the server could not find the requested resource", "");
        server.list(missing).list(missing).list(missing).list("7", thing("a", "1"));
        follow(Presence.INSTALLED);
        assertThat(synced.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        await().until(() -> informer.status().phase() == Phase.CURRENT);
        assertThat(synced).as("told once").isEmpty();
    }

    @Test
    void a_kind_that_seems_gone_keeps_its_objects_until_that_is_sure() throws Exception {
        Answer missing = Answer.of(404, "the server could not find the requested resource", "");
        server.list("7", thing("a", "1")).watch(missing).list(missing).list("8", thing("a", "2"));
        follow(Presence.INSTALLED);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void a_kind_that_is_gone_for_sure_takes_its_objects_along() throws Exception {
        Answer missing = Answer.of(404, "the server could not find the requested resource", "");
        server.list("7", thing("a", "1")).watch(missing);
        IntStream.range(0, 1000).forEach(_ -> server.list(missing));
        follow(Presence.INSTALLED);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(gone("a"));
        await().until(() -> informer.status().phase() == Phase.ABSENT);
    }

    @Test
    void items_of_any_shape_spoil_only_themselves_and_make_nothing_vanish() throws Exception {
        server.list("7", thing("a", "1"), thing("b", "1"))
                .watch(GONE)
                .list(
                        "8",
                        "null",
                        "5",
                        "\"text\"",
                        "[]",
                        "{\"metadata\":[]}",
                        "{\"metadata\":{\"name\":7}}",
                        thing("a", "2"))
                .watch(End.SILENT, event("MODIFIED", thing("a", "3", "9")));
        follow(Presence.BUILT_IN);
        next();
        assertThat(next()).isEqualTo(Map.of("a", "2", "?", "?"));
        assertThat(next()).isEqualTo(Map.of("a", "3"));
    }

    @Test
    void events_that_are_none_lead_to_a_new_list() throws Exception {
        server.list("7", thing("a", "1"))
                .watch(End.SILENT, event("ADDED", "\"text\""))
                .list("8", thing("a", "2"))
                .watch(End.SILENT, event("SOMETHING", thing("a", "3", "9")))
                .list("9", thing("a", "4"));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "2"));
        assertThat(next()).isEqualTo(Map.of("a", "4"));
    }

    @Test
    void a_list_that_breaks_off_counts_for_nothing() throws Exception {
        String whole = listBody("8", "", things(0, 12));
        server.list("7", things(0, 12))
                .watch(GONE)
                .list(new Answer(200, whole.substring(0, whole.length() / 2), End.CUT))
                .list(new Answer(200, whole.substring(0, whole.length() / 2), End.PROPER))
                .list(new Answer(200, "no JSON", End.PROPER))
                .list(new Answer(200, "[]", End.PROPER))
                .list(new Answer(200, "{\"items\":null}", End.PROPER))
                .list("8", things(0, 13));
        follow(Presence.BUILT_IN);
        assertThat(next()).hasSize(12);
        assertThat(next()).isEqualTo(Map.of("t12", "v"));
    }

    @Test
    void a_server_that_hangs_up_at_once_is_asked_for_a_list_after_a_while_and_not_in_a_hurry() throws Exception {
        server.list("7", thing("a", "1"))
                .watch(End.PROPER)
                .watch(End.PROPER)
                .watch(End.PROPER)
                .list("90", thing("a", "2"));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void a_server_that_knows_less_than_before_is_listed_again() throws Exception {
        server.list("70", thing("a", "1"))
                .watch(Answer.of(504, "Too large resource version", "{\"reason\":\"ResourceVersionTooLarge\"}"))
                .list("9", thing("a", "0"));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "0"));
    }

    @Test
    void a_refusal_is_told_in_the_servers_words_and_is_no_list() {
        for (int i = 0; i < 3; i++) {
            server.list(Answer.of(403, "things.test is forbidden: User weir cannot list it", ""));
        }
        follow(Presence.INSTALLED);
        await().untilAsserted(() -> {
            assertThat(informer.status().phase()).isEqualTo(Phase.WAITING);
            assertThat(informer.status().problem()).contains("User weir cannot list it");
        });
        assertThat(synced).isEmpty();
    }

    @Test
    void a_server_that_is_busy_is_given_the_time_it_asks_for_and_the_watch_goes_on() throws Exception {
        server.list("7", thing("a", "1"))
                .watch(Answer.of(429, "later", ""))
                .watch(Answer.of(503, "not now", ""))
                .watch(End.SILENT, event("MODIFIED", thing("a", "2", "8")));
        follow(Presence.BUILT_IN);
        assertThat(next()).isEqualTo(Map.of("a", "1"));
        assertThat(next()).isEqualTo(Map.of("a", "2"));
        assertThat(server.requests())
                .filteredOn(query -> query.startsWith("limit"))
                .hasSize(1);
    }
}
