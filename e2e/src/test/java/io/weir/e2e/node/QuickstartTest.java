package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The README's section on Kubernetes does what it says, word by word: each of its blocks marked {@code sh}. */
@Tag("node")
class QuickstartTest {

    private static final Pattern SECTION = Pattern.compile("(?s)\n## On Kubernetes\n(.*?)\n## ");
    private static final Pattern BLOCK = Pattern.compile("(?s)\n```sh\n(.*?)\n```\n");

    private static List<String> blocks() throws IOException {
        String readme = Files.readString(Program.root().resolve("README.md"));
        String section = SECTION.matcher(readme)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the README has no section On Kubernetes"));
        return BLOCK.matcher(section)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static String run(String block) {
        return Program.output(
                List.of(
                        "bash",
                        "-e",
                        "-c",
                        "cd \"$1\"\n" + block,
                        "bash",
                        Program.root().toString()),
                "");
    }

    @AfterEach
    void end() {
        Cluster.kubectl("delete", "--ignore-not-found", "--wait=false", "namespace", "shop", "customers");
    }

    @Test
    void a_newcomer_installs_weir_and_moves_a_canary() throws IOException {
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(3);
        // Its values are the chart's own, whatever other tests have set.
        Release.with();
        run(blocks.get(0));
        assertThat(run(blocks.get(1)))
                .contains("\"version\": \"v1\"")
                .contains("denied by Weir: no TrafficTarget allows this request");
        assertThat(run(blocks.get(2))).contains("\"version\": \"v2\"").doesNotContain("\"version\": \"v1\"");
    }
}
