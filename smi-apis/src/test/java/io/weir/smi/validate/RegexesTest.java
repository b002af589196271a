package io.weir.smi.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RegexesTest {

    static List<String> accepted() {
        return lines("accepted.txt");
    }

    static List<String> rejected() {
        return lines("rejected.txt");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_envoy_takes_is_accepted(String regex) {
        assertThat(Regexes.check(regex)).isNull();
        assertThat(Regexes.check(Regexes.pathRegex(regex))).isNull();
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void what_envoy_refuses_or_costs_too_much_is_rejected(String regex) {
        assertThat(Regexes.check(regex)).startsWith("The regex ").endsWith(".");
    }

    @Test
    void length_characters_and_depth_are_bounded() {
        assertThat(Regexes.check("a".repeat(1024))).isNull();
        assertThat(Regexes.check("a".repeat(1025))).contains("1025 characters");
        assertThat(Regexes.check("a\nb")).contains("control character at position 1");
        assertThat(Regexes.check("ab\ud800")).contains("not ASCII at position 2");
        assertThat(Regexes.check("(".repeat(100) + ")".repeat(100))).isNull();
        assertThat(Regexes.check("(".repeat(101) + ")".repeat(101))).contains("deeper than 100");
        assertThat(Regexes.check("(".repeat(512) + "a{1000}".repeat(40))).isNotNull();
    }

    @Test
    void a_bomb_is_refused_before_it_is_compiled() {
        String bomb = "(".repeat(90) + "a" + "{1000})".repeat(90);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThat(Regexes.check(bomb)).contains("more than 1000 times"));
    }

    @ParameterizedTest
    @CsvSource({
        "/api, (?:/api).*",
        "api, (?:/api).*",
        "\\/api, (?:\\/api).*",
        "^/api$, (?:^/api$).*",
        "/a|/b, (?:/a|/b).*",
        "(?i)/a, (?:(?i)/a).*",
        ".*, (?:.*).*",
        "[/]a, (?:/[/]a).*"
    })
    void a_path_regex_is_anchored_at_its_start_only(String raw, String path) {
        assertThat(Regexes.pathRegex(raw)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/metrics, /metrics/x, true",
        "/metrics, /metricsX, true",
        "/metrics, /x/metrics, false",
        "^/metrics$, /metrics, true",
        "^/metrics$, /metrics/x, false",
        "/a|/b, /bx, true",
        "books, /books/1, true",
        "/v[0-9], /v1/x, true"
    })
    void paths_match_as_the_spec_says(String raw, String path, boolean matches) {
        assertThat(Pattern.matches(Regexes.pathRegex(raw), path)).isEqualTo(matches);
    }

    @Test
    void what_is_accepted_compiles_in_the_form_of_a_path() {
        int accepted = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            String regex = random(new Random(seed));
            if (Regexes.check(regex) == null) {
                accepted++;
                Pattern.compile(Regexes.pathRegex(regex));
            }
        }
        assertThat(accepted).isGreaterThan(2000);
    }

    /** Strings of pieces of regexes, of which many are valid. */
    static String random(Random random) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i <= random.nextInt(12); i++) {
            regex.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return regex.toString();
    }

    private static final List<String> PIECES = List.of(
            "a",
            "/",
            ".",
            "*",
            "+",
            "?",
            "|",
            "(",
            ")",
            "(?:",
            "(?i)",
            "(?s:",
            "[a-z]",
            "[^/]",
            "[",
            "]",
            "{2}",
            "{3,}",
            "{2,5}",
            "{",
            "}",
            "\\d",
            "\\W",
            "\\.",
            "\\pN",
            "\\p{Greek}",
            "é",
            "[é-ü]",
            "[^é]",
            "^",
            "$",
            "\\b",
            "-",
            "\\x{41}",
            "\\_",
            "[[:alpha:]x]",
            "&&",
            ":",
            "k",
            "ſ",
            "\\-",
            "\\",
            "1",
            ",",
            "(?P<n>",
            "#",
            " ",
            "\\z",
            "\\A",
            "(?U)",
            "\ud83d\ude00");

    private static List<String> lines(String file) {
        try (InputStream in = RegexesTest.class.getResourceAsStream("/regexes/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("# "))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }
}
