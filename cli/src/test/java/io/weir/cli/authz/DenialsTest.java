package io.weir.cli.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Style;
import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.denial.DenialReport.Result;
import io.weir.telemetry.report.EdgeReport.End;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DenialsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Style PLAIN = Style.of(Map.of("NO_COLOR", "1"));

    private static End end(String namespace, String account) {
        return new End(namespace, "", "", "", account, "", List.of());
    }

    private static Entry entry(int second, Result result, End source, boolean proven, String path) {
        return new Entry(
                "run-" + second,
                NOW.plusSeconds(second),
                result,
                false,
                source,
                proven,
                end("shop", "store"),
                8080,
                "shop/store",
                80,
                "HTTP",
                "GET",
                "store.shop",
                path,
                "because");
    }

    @Test
    void the_same_call_is_shown_once_with_how_often_and_when_last() {
        End thief = end("customers", "thief");
        Denials denials = new Denials(List.of(
                entry(3, Result.DENIED, thief, true, "/books"),
                entry(1, Result.DENIED, thief, true, "/books"),
                entry(2, Result.WOULD_BE_DENIED, end("", ""), false, "/a b'\u001b[31m")));

        assertThat(denials.text("mesh", PLAIN)).isEqualTo("""
                LAST                  TIMES  RESULT           SRC                     DST              REQUEST
                2026-01-02T03:04:07Z  1      would be denied  (outside) (by address)  shop/store:8080  GET /a b'?[31m
                  because
                2026-01-02T03:04:08Z  2      denied           customers/thief         shop/store:8080  GET /books
                  because
                  weir explain mesh --from customers/thief --to shop/store:80 --method GET --path /books
                """);
    }

    @Test
    void the_explaining_command_is_fit_for_a_shell() {
        Entry entry = entry(1, Result.DENIED, end("customers", "thief"), true, "/it's $(here)");

        assertThat(new ExplainLine("my mesh").of(entry))
                .isEqualTo("weir explain 'my mesh' --from customers/thief --to shop/store:80 --method GET --path"
                        + " '/it'\\''s $(here)'");
        assertThat(new ExplainLine(null).of(entry))
                .startsWith("weir explain sa/thief svc/store -n customers --to-namespace shop --port 80 ");
        assertThat(new ExplainLine(null).of(entry(1, Result.DENIED, end("shop", "buyer"), true, "/")))
                .isEqualTo("weir explain sa/buyer svc/store -n shop --port 80 --method GET --path /");
        assertThat(new ExplainLine(null).of(entry(1, Result.DENIED, end("", ""), false, "/")))
                .isEmpty();
    }

    @Test
    void those_of_a_namespace_have_an_end_in_it() {
        Denials denials = new Denials(List.of(entry(1, Result.DENIED, end("customers", "thief"), true, "/")));

        assertThat(denials.in(null).entries()).hasSize(1);
        assertThat(denials.in("shop").entries()).hasSize(1);
        assertThat(denials.in("customers").entries()).hasSize(1);
        assertThat(denials.in("other").entries()).isEmpty();
    }

    @Test
    void programs_are_given_each_with_all_that_is_known() {
        Denials denials = new Denials(List.of(
                entry(1, Result.WOULD_BE_DENIED, end("customers", "thief"), true, "/books"),
                entry(2, Result.DENIED, end("customers", "thief"), true, "/books")));

        assertThat(denials.tree("mesh")).hasSize(2);
        assertThat(denials.tree("mesh").getFirst())
                .containsEntry("result", "would-be-denied")
                .containsEntry("time", "2026-01-02T03:04:06.678Z")
                .containsEntry("reason", "because")
                .containsEntry(
                        "explain",
                        "weir explain mesh --from customers/thief --to shop/store:80 --method GET --path /books");
    }
}
