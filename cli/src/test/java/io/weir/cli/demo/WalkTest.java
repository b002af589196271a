package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.cli.output.Style;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class WalkTest {

    /** A mesh without processes: in each second 300 requests are divided as the split says. */
    private static final class Simulated implements Walk.Callers, Walk.Split, Walk.Pause {

        private final UnaryOperator<Weights> obeyed;
        private final List<Weights> set = new ArrayList<>();
        private Weights weights = new Weights(1, 1);
        private double seconds;
        private double v1;
        private double v2;
        private double thief;
        private double booksAfter = Double.MAX_VALUE;
        private double endAfter = 600;

        Simulated(UnaryOperator<Weights> obeyed) {
            this.obeyed = obeyed;
        }

        @Override
        public Observation observe() {
            Counted robber = Counted.by(2).answered(Tally.Author.NOBODY, "403", (long) thief);
            if (seconds > booksAfter) {
                robber.answered(Bookstore.FROM_V2, "200", 1);
            }
            return Counted.observation(
                    seconds,
                    Map.of(
                            Bookstore.BUYER,
                            Counted.by(1)
                                    .answered(Bookstore.FROM_V1, "200", (long) v1)
                                    .answered(Bookstore.FROM_V2, "200", (long) v2)
                                    .tally(),
                            Bookstore.THIEF,
                            robber.tally(),
                            Bookstore.V1,
                            Counted.by(3)
                                    .answered(Tally.Author.NOBODY, "echo", (long) thief)
                                    .tally(),
                            Bookstore.V2,
                            Counted.by(4)
                                    .answered(Tally.Author.NOBODY, "echo", (long) thief)
                                    .tally()));
        }

        @Override
        public void set(Weights next) {
            set.add(next);
            weights = obeyed.apply(next);
        }

        @Override
        public Weights get() {
            return weights;
        }

        @Override
        public boolean goOn(Duration time) {
            double passed = time.toMillis() / 1000.0;
            seconds += passed;
            v1 += 300 * passed * weights.share(Bookstore.FROM_V1);
            v2 += 300 * passed * weights.share(Bookstore.FROM_V2);
            thief += 20 * passed;
            return seconds < endAfter;
        }
    }

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();

    @Test
    void the_canary_is_led_through_every_step_and_each_is_judged() throws IOException {
        Simulated mesh = new Simulated(UnaryOperator.identity());

        assertThat(walk(mesh).run()).isEmpty();

        assertThat(mesh.set)
                .containsExactly(
                        new Weights(100, 0),
                        new Weights(100, 0),
                        new Weights(90, 10),
                        new Weights(50, 50),
                        new Weights(0, 100));
        assertThat(text(results).lines().filter(line -> line.startsWith("OK") || line.startsWith("FAILED")))
                .hasSize(5)
                .startsWith(
                        "OK step 1 (100/0): 100.0/0.0 observed in 1,500 requests, none failed",
                        "OK step 2 (90/10): 90.0/10.0 observed in 1,500 requests, none failed")
                .last()
                .asString()
                .startsWith("OK whole walk:");
        assertThat(text(progress)).contains("step 4 of 4: traffic-split.yaml now says 0/100");
    }

    @Test
    void a_step_the_mesh_does_not_follow_is_named_and_the_walk_goes_on() throws IOException {
        Simulated mesh = new Simulated(weights -> weights.equals(new Weights(50, 50)) ? new Weights(90, 10) : weights);

        assertThat(walk(mesh).run())
                .containsExactly(
                        "bookstore-v1 got 90.0% of 1,500 requests, not 50% (5 points either way)",
                        "bookstore-v2 got 10.0% of 1,500 requests, not 50% (5 points either way)");
        assertThat(text(results))
                .contains("FAILED step 3 (50/50): bookstore-v1 got 90.0%")
                .contains("OK step 4 (0/100)");
    }

    @Test
    void a_book_in_the_thiefs_hands_fails_the_walk() throws IOException {
        Simulated mesh = new Simulated(UnaryOperator.identity());
        mesh.booksAfter = 20;

        assertThat(walk(mesh).run()).containsExactly("bookthief got 1 books");
    }

    @Test
    void where_no_traffic_flows_the_walk_says_so_after_a_minute() throws IOException {
        Simulated mesh = new Simulated(UnaryOperator.identity());
        mesh.booksAfter = -1;
        Walk.Callers nobody = () -> Counted.observation(mesh.seconds, Map.of());

        assertThat(new Walk(new Walk.World(nobody, mesh, mesh), Pace.USUAL, screen(), Style.PLAIN).run())
                .contains("bookbuyer made no call", "the inventory did not answer bookstore-v1 over TCP");
        assertThat(mesh.seconds).isBetween(60.0, 61.0);
    }

    @Test
    void whoever_ends_it_early_gets_no_verdict() throws IOException {
        Simulated mesh = new Simulated(UnaryOperator.identity());
        mesh.endAfter = 12;

        assertThat(walk(mesh).run()).isNull();
        assertThat(text(results)).doesNotContain("whole walk");
    }

    @Test
    void the_table_of_the_last_seconds_is_drawn_until_the_end() {
        Simulated mesh = new Simulated(UnaryOperator.identity());
        mesh.endAfter = 8;
        Walk walk = new Walk(
                new Walk.World(mesh, mesh, mesh), Pace.USUAL, new Screen.Live(new PrintStream(results)), Style.PLAIN);

        walk.watch();

        assertThat(text(results)).contains("150.0").contains("\u001b[6A");
        assertThat(text(results).split("FROM")).hasSize(16);
    }

    private Walk walk(Simulated mesh) {
        return new Walk(new Walk.World(mesh, mesh, mesh), Pace.USUAL, screen(), Style.PLAIN);
    }

    private Screen screen() {
        return new Screen.Plain(new PrintStream(progress, true), new PrintStream(results, true));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
