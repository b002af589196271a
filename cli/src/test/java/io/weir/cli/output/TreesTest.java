package io.weir.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreesTest {

    private static Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("z", 0.9);
        tree.put("a", List.of(Map.of("b", "yes"), Map.of("c", "1: 2")));
        tree.put("none", null);
        tree.put("empty", List.of());
        return tree;
    }

    @Test
    void json_keeps_the_order_of_keys_and_indents_by_two() {
        assertThat(Trees.json(tree())).isEqualTo("""
                {
                  "z": 0.9,
                  "a": [
                    {
                      "b": "yes"
                    },
                    {
                      "c": "1: 2"
                    }
                  ],
                  "none": null,
                  "empty": []
                }
                """);
    }

    @Test
    void yaml_is_in_block_style() {
        assertThat(Trees.yaml(tree())).isEqualTo("""
                z: 0.9
                a:
                  - b: yes
                  - c: '1: 2'
                none: null
                empty: []
                """);
    }

    @Test
    void a_value_that_occurs_twice_is_written_twice() {
        List<String> shared = List.of("x");
        assertThat(Trees.yaml(Arrays.asList(shared, shared)))
                .doesNotContain("&")
                .doesNotContain("*");
    }

    @Test
    void columns_are_as_wide_as_what_is_seen() {
        String table = new TextTable("A", "B")
                .row("\u001b[32mok\u001b[0m", "x")
                .row("long", "y")
                .toString();

        assertThat(table).isEqualTo("A     B\n\u001b[32mok\u001b[0m    x\nlong  y\n");
    }

    @Test
    void colour_needs_a_terminal_and_nobody_against_it() {
        Map<String, String> terminal = Map.of("WEIR_TTY", "1", "TERM", "xterm", "LANG", "C.UTF-8");
        assertThat(Style.of(terminal)).isEqualTo(new Style(Style.Colour.ON, Style.Marks.UNICODE));
        assertThat(Style.of(Map.of("TERM", "xterm", "LANG", "de_DE.utf8")).colour())
                .isEqualTo(Style.Colour.OFF);
        assertThat(Style.of(Map.of("WEIR_TTY", "1", "WEIR_STDERR", "", "TERM", "xterm"))
                        .colour())
                .isEqualTo(Style.Colour.OFF);
        assertThat(Style.of(Map.of("WEIR_TTY", "1", "TERM", "dumb")).colour()).isEqualTo(Style.Colour.OFF);
        assertThat(Style.of(Map.of("WEIR_TTY", "1", "TERM", "xterm", "NO_COLOR", "1")))
                .isEqualTo(Style.PLAIN);
        assertThat(Style.of(Map.of("LC_ALL", "C", "LANG", "C.UTF-8")).marks()).isEqualTo(Style.Marks.ASCII);
    }
}
