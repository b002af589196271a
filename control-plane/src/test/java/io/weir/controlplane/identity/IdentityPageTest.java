package io.weir.controlplane.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/identity.md names every reason for which a pod is refused, and no other. */
class IdentityPageTest {

    private static final Path ROOT = Path.of("..");

    /** Only where Weir itself signs tokens, outside of a cluster. */
    private static final Set<DenialReason> STANDALONE = Set.of(
            DenialReason.TOKEN_OF_OTHER_KEY,
            DenialReason.TOKEN_BAD_SIGNATURE,
            DenialReason.TOKEN_WRONG_ISSUER,
            DenialReason.TOKEN_BAD_LIFETIME,
            DenialReason.UNKNOWN_WORKLOAD);

    /** What stands in backticks in the first column of the table below a heading. */
    private static Set<String> table(String heading, Pattern word) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/identity.md"));
        String section = page.substring(page.indexOf(heading) + heading.length());
        List<String> rows = section.lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1, line.indexOf('|', 1)))
                .toList();
        Set<String> words = new TreeSet<>();
        rows.forEach(row -> word.matcher(row)
                .results()
                .map(MatchResult::group)
                .map(found -> found.replace("`", ""))
                .forEach(words::add));
        return words;
    }

    @Test
    void every_reason_to_deny_a_pods_stream_is_told() throws IOException {
        assertThat(table("### What is refused", Pattern.compile("`[a-z_]+`")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DenialReason.values())
                        .filter(reason -> !STANDALONE.contains(reason))
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void every_reason_to_refuse_a_certificate_is_told() throws IOException {
        Path sources = Path.of("src/main/java/io/weir/controlplane/identity/podcert");
        Set<String> reasons = new TreeSet<>(Set.of("Denied", "Failed"));
        try (var files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Pattern.compile("Refused\\.(?:denied|failed)\\(\\s*\"(\\w+)\"")
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(found -> reasons.add(found.group(1)));
            }
        }
        assertThat(reasons).hasSizeGreaterThan(10);
        assertThat(table("### Pod certificates", Pattern.compile("`[A-Z]\\w+`")))
                .isEqualTo(reasons);
    }
}
