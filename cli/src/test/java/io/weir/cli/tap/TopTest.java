package io.weir.cli.tap;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Style;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.tap.TappedRequest;
import io.weir.telemetry.tap.TappedRequest.Direction;
import io.weir.telemetry.tap.TappedRequest.End;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopTest {

    private static final End BUYER = new End("customers", "buyer-0", "buyer", "buyer", "10.0.0.2");
    private static final End WEB = new End("shop", "web-0", "web", "web", "10.0.0.1");
    private static final End OUTSIDE = new End("", "", "", "", "192.0.2.1");

    static TappedRequest request(End source, String path, int code, double ms) {
        return new TappedRequest(
                Instant.parse("2026-01-01T12:00:00.25Z"),
                Direction.INBOUND,
                source,
                WEB,
                "web.shop",
                "GET",
                path,
                code,
                Outcome.NOT_GRPC,
                code == 503 ? List.of("UF") : List.of(),
                code == 503 ? "upstream\u001b[2J" : "via_upstream",
                ms,
                0,
                1_234);
    }

    @Test
    void requests_are_gathered_by_path_those_with_most_first() {
        Top top = new Top();
        assertThat(top.text(5, Style.PLAIN)).isEqualTo("no request yet\n");
        for (int i = 1; i <= 100; i++) {
            top.add(request(BUYER, "/books", i <= 10 ? 503 : 200, i));
        }
        top.add(request(OUTSIDE, "/a\u001b[2Jb", 200, 3));
        top.add(request(OUTSIDE, "/c", 200, 3));

        assertThat(top.text(2, Style.PLAIN)).isEqualTo("""
            DIR  SOURCE           DESTINATION  METHOD  PATH     COUNT  SUCCESS    P50    P95    P99
            in   customers/buyer  shop/web     GET     /books     100   90.00%   50ms   95ms   99ms
            in   192.0.2.1        shop/web     GET     /a?[2Jb      1  100.00%  3.0ms  3.0ms  3.0ms
            1 more
            """);
        Map<String, Object> first = Map.of(
                "direction",
                "INBOUND",
                "source",
                "customers/buyer",
                "destination",
                "shop/web",
                "method",
                "GET",
                "path",
                "/books",
                "requests",
                100L,
                "success",
                0.9,
                "p50Ms",
                50.0,
                "p95Ms",
                95.0,
                "p99Ms",
                99.0);
        assertThat(top.tree()).hasSize(3).first().isEqualTo(first);
    }

    @Test
    void quantiles_are_of_the_last_thousand() {
        Top top = new Top();
        for (int i = 0; i < 1_000; i++) {
            top.add(request(BUYER, "/", 200, 500));
        }
        for (int i = 0; i < 1_000; i++) {
            top.add(request(BUYER, "/", 200, 2));
        }
        assertThat(top.tree().getFirst()).containsEntry("requests", 2_000L).containsEntry("p99Ms", 2.0);
    }

    @Test
    void paths_without_end_are_counted_together() {
        Top top = new Top();
        for (int i = 0; i < Top.MOST_PATHS + 7; i++) {
            top.add(request(BUYER, "/" + i, 200, 1));
        }
        assertThat(top.tree()).hasSize(Top.MOST_PATHS + 1);
        assertThat(top.tree().getFirst()).containsEntry("path", "(other paths)").containsEntry("requests", 7L);
    }

    @Test
    void a_line_says_why_a_request_failed_and_nothing_moves_the_cursor() {
        TapLines lines = new TapLines(Style.PLAIN);
        String head = lines.head();
        String line = lines.line(request(BUYER, "/books", 503, 12.34));
        assertThat(line)
                .startsWith("12:00:00.250  in   customers/buyer             shop/web ")
                .endsWith("GET       503     12ms      0B   1.2kB  /books [UF, upstream?[2J]");
        assertThat(line.indexOf("/books")).isEqualTo(head.indexOf("PATH"));
        assertThat(lines.line(request(BUYER, "/books", 200, 1))).endsWith("  /books");
    }
}
