package io.weir.cli.demo;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.cli.output.Style;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Leads a canary from version 1 to version 2, and judges each step by what the callers counted. */
final class Walk {

    /** What the callers have counted so far. */
    interface Callers {
        Observation observe();
    }

    /** The TrafficSplit's manifest. */
    interface Split {
        void set(Weights weights) throws IOException;

        /** What the file says; null: it can't be read now. */
        @Nullable
        Weights get();
    }

    /** Waits; false: the demo was asked to end. */
    interface Pause {
        boolean goOn(Duration time);
    }

    /** All that the walk touches. */
    record World(Callers callers, Split split, Pause pause) {}

    private static final double RECENT_SECONDS = 5;

    private final Callers callers;
    private final Split split;
    private final Pause pause;
    private final Pace pace;
    private final Screen screen;
    private final Style style;

    Walk(World world, Pace pace, Screen screen, Style style) {
        this.callers = world.callers();
        this.split = world.split();
        this.pause = world.pause();
        this.pace = pace;
        this.screen = screen;
        this.style = style;
    }

    /**
     * Goes all the way, also after a step that went wrong.
     *
     * @return what is wrong; null: it was asked to end before it knew
     */
    @Nullable
    List<String> run() throws IOException {
        List<String> problems = untilAllFlows();
        if (problems == null || !problems.isEmpty()) {
            return problems;
        }
        problems = new ArrayList<>();
        Observation begin = callers.observe();
        for (int step = 0; step < Bookstore.STEPS.size(); step++) {
            List<String> found = step(step + 1, Bookstore.STEPS.get(step));
            if (found == null) {
                return null;
            }
            problems.addAll(found);
        }
        Observation end = callers.observe();
        List<String> whole = Verdicts.run(begin, end);
        problems.addAll(whole);
        screen.keep(List.of(summary(end.since(begin), whole)));
        return problems;
    }

    /** Shows the last seconds, until it is asked to end. */
    void watch() {
        List<Observation> recent = new ArrayList<>(List.of(callers.observe()));
        while (pause.goOn(pace.tick())) {
            recent.add(callers.observe());
            while (recent.size() > 2
                    && recent.getLast().seconds() - recent.get(1).seconds() >= RECENT_SECONDS) {
                recent.removeFirst();
            }
            screen.show(Table.lines(recent.getLast().since(recent.getFirst()), split.get(), style));
        }
    }

    /** Waits until each caller gets what it should get; returns what still is wrong when the time is up. */
    private @Nullable List<String> untilAllFlows() throws IOException {
        screen.say("waiting for the first answers");
        split.set(Bookstore.STEPS.getFirst());
        Observation first = callers.observe();
        Observation last = first;
        while (pause.goOn(pace.tick())) {
            Observation now = callers.observe();
            List<String> wrong = Verdicts.between(now.since(last));
            if (wrong.isEmpty()
                    || now.seconds() - first.seconds() > pace.limit().toSeconds()) {
                return wrong;
            }
            last = now;
        }
        return null;
    }

    private @Nullable List<String> step(int number, Weights weights) throws IOException {
        split.set(weights);
        screen.say("step " + number + " of " + Bookstore.STEPS.size() + ": " + Bookstore.SPLIT_FILE + " now says "
                + weights);
        if (!pause.goOn(pace.settle())) {
            return null;
        }
        Observation begin = callers.observe();
        while (pause.goOn(pace.tick())) {
            Observation interval = callers.observe().since(begin);
            Tally buyer = interval.of(Bookstore.BUYER);
            List<String> table = Table.lines(interval, split.get(), style);
            if (Verdicts.answered(buyer) < Verdicts.ENOUGH
                    && interval.seconds() <= pace.limit().toSeconds()) {
                screen.show(table);
                continue;
            }
            List<String> problems = Verdicts.step(weights, buyer);
            List<String> block = new ArrayList<>(table);
            block.addAll(verdict(number, weights, buyer, problems));
            block.add("");
            screen.keep(block);
            return problems;
        }
        return null;
    }

    private List<String> verdict(int number, Weights weights, Tally buyer, List<String> problems) {
        String step = "step " + number + " (" + weights + "): ";
        if (!problems.isEmpty()) {
            return problems.stream()
                    .map(problem -> style.bad("FAILED") + " " + step + problem)
                    .toList();
        }
        long answered = Verdicts.answered(buyer);
        return List.of(style.good("OK") + " "
                + String.format(
                        Locale.ROOT,
                        "%s%.1f/%.1f observed in %,d requests, none failed",
                        step,
                        100.0 * buyer.by(Bookstore.FROM_V1).total() / answered,
                        100.0 * buyer.by(Bookstore.FROM_V2).total() / answered,
                        answered));
    }

    private String summary(Observation run, List<String> problems) {
        String counts = String.format(
                Locale.ROOT,
                "whole walk: %,d of bookbuyer's %,d requests succeeded; %,d of bookthief's %,d were denied (403); "
                        + "inventory answered %,d calls over TCP",
                run.of(Bookstore.BUYER).good(),
                run.of(Bookstore.BUYER).calls(),
                run.of(Bookstore.THIEF).of("403"),
                run.of(Bookstore.THIEF).calls(),
                run.of(Bookstore.V1).good() + run.of(Bookstore.V2).good());
        return (problems.isEmpty() ? style.good("OK") : style.bad("FAILED")) + " " + counts;
    }
}
