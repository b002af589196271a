package io.weir.cli.stat;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Style;
import io.weir.telemetry.model.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables of a report that was made by hand. */
class ViewsTest {

    private static final Views VIEWS = new Views(Style.PLAIN);

    private static String stat(String of, @Nullable String namespace, @Nullable String from, @Nullable String to) {
        return VIEWS.stat(Stat.of(
                Bookstore.REPORT,
                new Stat.Question(
                        Objects.requireNonNull(Target.parse(of)),
                        namespace,
                        from == null ? null : Target.parse(from),
                        to == null ? null : Target.parse(to))));
    }

    @Test
    void deployments_show_what_they_received() {
        assertThat(stat("deploy", "shop", null, null)).isEqualTo("""
                NAME          MESHED  SUCCESS   RPS    P50    P95    P99  DENIED
                bookstore-v1     1/1  100.00%  32.0  1.5ms  2.0ms  2.0ms      60
                bookstore-v2     1/1   92.86%   3.3  250ms  295ms  299ms       -
                inventory        0/1        -     -      -      -      -       -
                """);
    }

    @Test
    void idle_ones_and_those_of_several_namespaces_are_there_too() {
        assertThat(stat("deployments", null, null, null)).isEqualTo("""
                NAMESPACE  NAME          MESHED  SUCCESS   RPS    P50    P95    P99  DENIED
                customers  bookbuyer        1/1        -     -      -      -      -       -
                customers  bookthief        1/1        -     -      -      -      -       -
                shop       bookstore-v1     1/1  100.00%  32.0  1.5ms  2.0ms  2.0ms      60
                shop       bookstore-v2     1/1   92.86%   3.3  250ms  295ms  299ms       -
                shop       inventory        0/1        -     -      -      -      -       -
                """);
        assertThat(stat("pods", "customers", null, null)).isEqualTo("""
                NAME         MESHED  SUCCESS  RPS  P50  P95  P99
                bookbuyer-0     1/1        -    -    -    -    -
                bookthief-0     1/1        -    -    -    -    -
                """);
    }

    @Test
    void a_service_is_the_pods_behind_it_and_a_namespace_all_of_its_own() {
        assertThat(stat("svc", "shop", null, null)).isEqualTo("""
                NAME          MESHED  SUCCESS   RPS    P50    P95    P99  DENIED
                bookstore        2/2   99.34%  35.3  1.6ms  246ms  289ms      60
                bookstore-v1     1/1  100.00%  32.0  1.5ms  2.0ms  2.0ms      60
                bookstore-v2     1/1   92.86%   3.3  250ms  295ms  299ms       -
                inventory        0/1        -     -      -      -      -       -
                """);
        assertThat(stat("ns/shop", null, null, null)).isEqualTo("""
                NAME  MESHED  SUCCESS   RPS    P50    P95    P99  DENIED
                shop     2/3   99.34%  35.3  1.6ms  246ms  289ms      60
                """);
    }

    @Test
    void from_and_to_choose_one_direction() {
        assertThat(stat("deploy/bookstore-v1", null, "deploy/bookthief", null)).isEqualTo("""
                NAME          MESHED  SUCCESS  RPS    P50    P95    P99  DENIED
                bookstore-v1     1/1  100.00%  2.0  1.5ms  2.0ms  2.0ms      60
                """);
        assertThat(stat("deploy", "customers", null, "svc/bookstore")).isEqualTo("""
                NAME       MESHED  SUCCESS   RPS    P50    P95    P99
                bookbuyer     1/1   98.80%  33.4  1.6ms  250ms  290ms
                bookthief     1/1        -     -      -      -      -
                """);
        assertThat(stat("deploy", "shop", null, "svc/inventory")).isEqualTo("""
                NAME          MESHED  SUCCESS  RPS  P50  P95  P99  CONNS  TCP/S
                bookstore-v1     1/1        -    -    -    -    -    150  5.0kB
                bookstore-v2     1/1        -    -    -    -    -     30  1.0kB
                inventory        0/1        -    -    -    -    -      -      -
                """);
    }

    @Test
    void who_talks_to_whom_is_told_once_for_each_request() {
        assertThat(VIEWS.talks(Talks.of(Bookstore.REPORT, null, null))).isEqualTo("""
                SRC                  DST                   SECURED  SUCCESS    RPS    P50    P95    P99  DENIED  CONNS  TCP/S
                (outside)            shop/bookstore-v1     no       100.00%  0.033  1.5ms  2.0ms  2.0ms       -      -      -
                customers/bookbuyer  shop/bookstore (svc)  -          0.00%    0.1  1.5ms  1.9ms  2.0ms       -      -      -
                customers/bookbuyer  shop/bookstore-v1     yes      100.00%   30.0  1.5ms  2.0ms  2.0ms       -      -      -
                customers/bookbuyer  shop/bookstore-v2     yes       91.00%    3.3  250ms  295ms  299ms       -      -      -
                customers/bookthief  shop/bookstore-v1     yes      100.00%    2.0  1.5ms  2.0ms  2.0ms      60      -      -
                shop/bookstore-v1    shop/inventory        no             -      -      -      -      -       -    150  5.0kB
                shop/bookstore-v2    shop/inventory        no             -      -      -      -      -       -     30  1.0kB
                """);
        assertThat(VIEWS.talks(Talks.of(Bookstore.REPORT, ResourceKind.NAMESPACE, null)))
                .isEqualTo("""
                SRC        DST   SECURED  SUCCESS   RPS    P50    P95    P99  DENIED  CONNS  TCP/S
                customers  shop  yes       99.15%  35.3  1.6ms  247ms  289ms      60      -      -
                shop       shop  no             -     -      -      -      -       -    180  6.0kB
                """);
    }

    @Test
    void what_reached_nobody_is_shown_in_the_namespace_that_it_came_from_and_in_the_one_it_was_sent_to() {
        Talks.Row lost = Talks.of(Bookstore.REPORT, null, null).rows().stream()
                .filter(row -> row.destination().kind().equals("Service"))
                .findFirst()
                .orElseThrow();
        assertThat(lost.source().namespace()).isEqualTo("customers");
        assertThat(lost.destination()).isEqualTo(new Talks.Side("shop", "Service", "bookstore"));

        for (String namespace : List.of("customers", "shop")) {
            Talks talks = Talks.of(Bookstore.REPORT, null, namespace);
            assertThat(talks.rows()).as(namespace).contains(lost);
            assertThat(talks.tree())
                    .as(namespace)
                    .anySatisfy(row -> assertThat(row)
                            .containsEntry(
                                    "destination", Map.of("namespace", "shop", "kind", "Service", "name", "bookstore"))
                            .containsEntry("secured", "unknown")
                            .containsEntry("requests", 3L));
        }
        assertThat(Talks.of(Bookstore.REPORT, null, "elsewhere").rows()).isEmpty();
    }

    @Test
    void a_split_shows_what_is_declared_and_what_was_seen() {
        Shares shares = Shares.of(Bookstore.REPORT, null, "canary", null).getFirst();

        assertThat(Views.title(shares)).isEqualTo("TrafficSplit shop/canary of Service bookstore");
        assertThat(VIEWS.shares(shares)).isEqualTo("""
                BACKEND       WEIGHT  DECLARED  SHARE  SUCCESS   RPS    P50    P95    P99
                bookstore-v1      90     90.0%  90.0%  100.00%  30.0  1.5ms  2.0ms  2.0ms
                bookstore-v2      10     10.0%  10.0%   91.00%   3.3  250ms  295ms  299ms
                (no backend)       -         -      -    0.00%   0.1  1.5ms  1.9ms  2.0ms
                """);
    }
}
