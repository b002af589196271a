package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySourceTest {

    private static final ObjectRef WEB_SPLIT = new ObjectRef("TrafficSplit", "shop", "web");

    @TempDir
    private Path temp;

    private Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final LinkedBlockingQueue<ClusterState> states = new LinkedBlockingQueue<>();
    private DirectorySource source;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("mesh"));
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    private ClusterState start() throws IOException {
        return start(Duration.ofMinutes(5));
    }

    private ClusterState start(Duration poll) throws IOException {
        close();
        states.clear();
        source = DirectorySource.start(new DirectoryOptions(
                folder,
                temp.resolve("state/objects.json"),
                temp.resolve("state/loopback.json"),
                temp.resolve("locks"),
                1024,
                15_080,
                poll,
                now::get));
        source.onChange(() -> states.add(source.current()));
        return source.current();
    }

    /** The first state that fits; those before it must not break the other promise. */
    private ClusterState await(Predicate<ClusterState> fits) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            ClusterState state = states.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(state).as("no such state; now: %s", source.current()).isNotNull();
            if (fits.test(state)) {
                return state;
            }
        }
    }

    private void write(String name, String... documents) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path fresh = Files.writeString(
                folder.resolve("." + name.replace('/', '_') + ".tmp"), String.join("---\n", documents));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String service(String name) {
        return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: shop}\n"
                + "spec: {selector: {app: " + name + "}, ports: [{name: http, port: 80}]}\n";
    }

    private static String workload(String name, String spec) {
        return "apiVersion: weir.io/v1alpha1\nkind: Workload\nmetadata: {name: " + name
                + ", namespace: shop, labels: {app: " + name + "}}\nspec: {ports: [{name: http, port: 80}]" + spec
                + "}\n";
    }

    private static String split(int weight) {
        return "apiVersion: split.smi-spec.io/v1alpha4\nkind: TrafficSplit\nmetadata: {name: web, namespace: shop}\n"
                + "spec: {service: web, backends: [{service: web, weight: " + weight + "}]}\n";
    }

    private static boolean has(ClusterState state, String service) {
        return state.services().containsKey(new ServiceKey("shop", service));
    }

    private static boolean error(ClusterState state) {
        return state.diagnostics().stream().anyMatch(found -> found.severity() == Severity.ERROR);
    }

    @Test
    void a_new_file_a_changed_file_and_a_deleted_file_are_live_at_once() throws Exception {
        assertThat(start().services()).isEmpty();
        write("a.yaml", service("web"), split(1));
        ClusterState one = await(state -> has(state, "web"));
        write("a.yaml", service("web"), split(2));
        ClusterState two = await(state -> !state.smi().equals(one.smi()));
        assertThat(two.services().get(new ServiceKey("shop", "web")))
                .as("what did not change is the same object")
                .isSameAs(one.services().get(new ServiceKey("shop", "web")));
        Files.delete(folder.resolve("a.yaml"));
        assertThat(await(state -> state.services().isEmpty()).smi()).isEmpty();
    }

    @Test
    void files_in_new_subfolders_are_found_and_editors_files_are_not() throws Exception {
        start();
        write("team/shop/a.yml", service("web"));
        await(state -> has(state, "web"));
        for (String name : List.of(".a.yaml.swp", "a.yaml~", "#a.yaml#", ".#a.yaml", ".hidden.yaml", "4913")) {
            Files.writeString(folder.resolve("team/shop/" + name), service("draft"));
        }
        write(
                "team/shop/b.json",
                "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"last\","
                        + " \"namespace\": \"shop\"}, \"spec\": {\"ports\": [{\"port\": 1}]}}");
        ClusterState state = await(next -> has(next, "last"));
        assertThat(has(state, "draft")).isFalse();
        assertThat(state.diagnostics()).isEmpty();
    }

    @Test
    void a_file_that_is_saved_in_place_never_shows_half_a_save() throws Exception {
        write("a.yaml", service("web"), service("other"));
        start();
        for (int i = 0; i < 20; i++) {
            Path file = folder.resolve("a.yaml");
            try (OutputStream out = Files.newOutputStream(file)) {
                String text = service("web") + "---\n" + service("other") + "---\n" + service("new" + i);
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.write(bytes, 0, bytes.length / 2);
                out.flush();
                out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
            }
            String fresh = "new" + i;
            await(state -> {
                assertThat(has(state, "web") && has(state, "other") && !error(state))
                        .isTrue();
                return has(state, fresh);
            });
        }
    }

    @Test
    void a_broken_file_keeps_what_it_held_and_says_where_it_is_broken() throws Exception {
        write("a.yaml", service("web"), split(1));
        write("b.yaml", service("other"));
        ClusterState good = start();
        write("a.yaml", service("web"), "kind: [\n");
        ClusterState broken = await(DirectorySourceTest::error);
        assertThat(broken.services()).isEqualTo(good.services());
        assertThat(broken.smi()).isEqualTo(good.smi());
        Diagnostic found = broken.diagnostics().getFirst();
        assertThat(found.location().file()).isEqualTo("a.yaml");
        assertThat(found.message()).contains("stays in effect");
        write("a.yaml", service("web"));
        assertThat(await(state -> !error(state)).smi()).isEmpty();
    }

    @Test
    void an_invalid_object_keeps_its_own_last_good_version_and_others_move_on() throws Exception {
        write("a.yaml", service("web"), split(1));
        ClusterState good = start();
        write("a.yaml", service("web"), service("fresh"), split(-1));
        ClusterState state = await(DirectorySourceTest::error);
        assertThat(has(state, "fresh")).isTrue();
        assertThat(state.smi().get(WEB_SPLIT)).isSameAs(good.smi().get(WEB_SPLIT));
        assertThat(state.diagnostics().getFirst().message()).contains("last good version");
    }

    @Test
    void a_service_whose_version_is_mistyped_is_not_deleted_for_it() throws Exception {
        write("a.yaml", service("web"));
        start();
        write("a.yaml", service("web").replace("apiVersion: v1", "apiVersion: v2"));
        ClusterState state = await(DirectorySourceTest::error);
        assertThat(has(state, "web")).isTrue();
        assertThat(state.diagnostics()).singleElement().satisfies(found -> {
            assertThat(found.field()).isEqualTo("apiVersion");
            assertThat(found.message())
                    .isEqualTo("there is no Service of version v2. The last good version stays in effect.");
            assertThat(found.fix()).isEqualTo("Write apiVersion: v1.");
        });
    }

    @Test
    void a_restart_with_a_broken_file_keeps_what_was_good() throws Exception {
        write("a.yaml", service("web"), split(1));
        ClusterState good = start();
        source.close();
        write("a.yaml", service("web"), "kind: [\n");
        ClusterState state = start();
        assertThat(state.services()).isEqualTo(good.services());
        assertThat(state.smi()).isEqualTo(good.smi());
        source.close();
        Files.delete(folder.resolve("a.yaml"));
        assertThat(start().services())
                .as("a deleted file is deleted, broken before or not")
                .isEmpty();
    }

    @Test
    void a_folder_that_vanishes_keeps_the_last_state_and_says_so() throws Exception {
        write("a.yaml", service("web"));
        ClusterState good = start(Duration.ofMillis(50));
        Path away = temp.resolve("away");
        Files.move(folder, away);
        ClusterState gone = await(DirectorySourceTest::error);
        assertThat(gone.services()).isEqualTo(good.services());
        assertThat(gone.diagnostics().getFirst().code()).isEqualTo("WEIR012");
        Files.move(away, folder);
        write("b.yaml", service("fresh"));
        assertThat(await(state -> has(state, "fresh")).diagnostics()).isEmpty();
    }

    @Test
    void an_object_defined_twice_counts_in_the_first_file() throws Exception {
        write("b.yaml", split(2));
        write("a.yaml", split(1));
        ClusterState state = start();
        Diagnostic found = state.diagnostics().getFirst();
        assertThat(found.code()).isEqualTo("WEIR009");
        assertThat(found.location()).hasToString("b.yaml:1");
        assertThat(found.message()).contains("a.yaml:1");
        assertThat(state.smi().get(WEB_SPLIT).object().toString()).contains("weight=1");
    }

    @Test
    void a_split_keeps_its_age_through_edits_and_restarts_and_loses_it_when_deleted() throws Exception {
        Instant first = now.get();
        write("a.yaml", split(1));
        start();
        now.set(first.plusSeconds(60));
        write("a.yaml", split(2));
        assertThat(await(state -> true).smi().get(WEB_SPLIT).created()).isEqualTo(first);
        assertThat(start().smi().get(WEB_SPLIT).created()).isEqualTo(first);
        Files.delete(folder.resolve("a.yaml"));
        await(state -> state.smi().isEmpty());
        write("a.yaml", split(2));
        assertThat(await(state -> !state.smi().isEmpty()).smi().get(WEB_SPLIT).created())
                .isEqualTo(now.get());
    }

    @Test
    void a_folder_mounted_as_kubernetes_mounts_config_maps_changes_as_one() throws Exception {
        Path one = Files.createDirectory(folder.resolve("..one"));
        Files.writeString(one.resolve("a.yaml"), service("web"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        assertThat(has(start(), "web")).isTrue();
        Path two = Files.createDirectory(folder.resolve("..two"));
        Files.writeString(two.resolve("a.yaml"), service("fresh"));
        Files.createSymbolicLink(folder.resolve("..fresh"), Path.of("..two"));
        Files.move(folder.resolve("..fresh"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(has(await(state -> has(state, "fresh")), "web")).isFalse();
    }

    @Test
    void links_in_a_circle_are_followed_once() throws Exception {
        write("a.yaml", service("web"));
        Files.createSymbolicLink(folder.resolve("again"), folder);
        assertThat(start().diagnostics()).isEmpty();
    }

    @Test
    void a_change_that_nobody_told_of_is_found_by_looking() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("a.yaml"), service("web"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), elsewhere.resolve("a.yaml"));
        start(Duration.ofMillis(50));
        Files.writeString(elsewhere.resolve("a.yaml"), service("fresh"));
        await(state -> has(state, "fresh"));
    }

    @Test
    void a_burst_of_saves_ends_in_the_last_state() throws Exception {
        start();
        for (int i = 0; i < 200; i++) {
            write("f" + i + ".yaml", service("s" + i));
        }
        ClusterState state = await(next -> next.services().size() == 200);
        assertThat(states.size()).isLessThan(200);
        assertThat(state.loopback()).hasSize(200);
    }

    @Test
    void replicas_have_their_names_addresses_and_environment() throws Exception {
        write("a.yaml", service("web"), workload("web", ", command: [run, it], replicas: 2, env: {A: 1}"));
        ClusterState state = start();
        Replica second = state.replicas().get(new WorkloadKey("shop", "web-1"));
        assertThat(second.workload()).isEqualTo("web");
        assertThat(second.ordinal()).isEqualTo(1);
        assertThat(second.sidecar().inboundAddress()).isEqualTo("127.16.32.1");
        assertThat(second.appAddress()).isEqualTo("127.16.32.2");
        assertThat(second.environment()).containsEntry("HOST", "127.16.32.2");
        assertThat(second.environment()).containsEntry("PORT_HTTP", "10080").containsEntry("A", "1");
        assertThat(state.replicas()).hasSize(2);
        assertThat(state.endpoints().values())
                .singleElement()
                .satisfies(list -> assertThat(list)
                        .extracting(ClusterState.BackendAddress::port)
                        .containsExactly(80, 80));
    }

    @Test
    void two_replicas_of_one_name_are_told_apart_from_each_other() throws Exception {
        write("a.yaml", workload("web", ", command: [x], replicas: 1"), workload("web-0", ""));
        ClusterState state = start();
        assertThat(state.replicas()).hasSize(1);
        assertThat(state.diagnostics().getFirst().code()).isEqualTo("WEIR013");
    }
}
