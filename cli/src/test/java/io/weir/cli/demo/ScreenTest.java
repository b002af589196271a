package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_terminal_draws_over_what_it_showed_and_lines_that_stay_go_above() {
        Screen screen = new Screen.Live(new PrintStream(out, true));

        screen.show(List.of("a", "b"));
        screen.say("news");
        screen.keep(List.of("c"));
        screen.say("more");

        String back = "\r\u001b[2A\u001b[J";
        String block = "\u001b[?7la\nb\n\u001b[?7h";
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(block + back + "news\n" + block + back + "c\n" + "more\n");
    }

    @Test
    void without_a_terminal_progress_and_results_are_apart_and_nothing_is_drawn_twice() {
        Screen screen = new Screen.Plain(new PrintStream(err, true), new PrintStream(out, true));

        screen.say("news");
        screen.show(List.of("a"));
        screen.keep(List.of("b"));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("b\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("news\n");
    }
}
