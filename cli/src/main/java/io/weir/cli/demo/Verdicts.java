package io.weir.cli.demo;

import io.weir.cli.demo.Bookstore.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether the mesh did what the manifests say: what is wrong, as lines for people; none: nothing. */
final class Verdicts {

    /** How far a share may be off, of 1. */
    static final double TOLERANCE = 0.05;

    /** So many requests say enough about a share: 5 points are then almost four standard deviations of 50%. */
    static final long ENOUGH = 1_500;

    private Verdicts() {}

    /**
     * Judges one step of the canary.
     *
     * @param buyer what bookbuyer counted under these weights
     */
    static List<String> step(Weights weights, Tally buyer) {
        List<String> problems = new ArrayList<>();
        long answered = answered(buyer);
        if (answered < ENOUGH) {
            problems.add(String.format(
                    Locale.ROOT, "the bookstore answered %,d requests, too few to judge (%,d)", answered, ENOUGH));
        }
        if (answered > 0) {
            for (Tally.Author backend : List.of(Bookstore.FROM_V1, Bookstore.FROM_V2)) {
                double observed = buyer.by(backend).total() / (double) answered;
                double expected = weights.share(backend);
                if (Math.abs(observed - expected) > TOLERANCE) {
                    problems.add(String.format(
                            Locale.ROOT,
                            "bookstore-%s got %.1f%% of %,d requests, not %.0f%% (5 points either way)",
                            backend.version(),
                            100 * observed,
                            answered,
                            100 * expected));
                }
            }
        }
        problems.addAll(allowed("bookbuyer", buyer));
        return problems;
    }

    /** How many requests the bookstore itself answered. */
    static long answered(Tally buyer) {
        return buyer.by(Bookstore.FROM_V1).total() + buyer.by(Bookstore.FROM_V2).total();
    }

    /**
     * Judges a run as a whole.
     *
     * @param begin when the mesh was ready
     */
    static List<String> run(Observation begin, Observation end) {
        List<String> problems = new ArrayList<>();
        for (String caller : Bookstore.CALLERS) {
            if (begin.of(caller).pid() != end.of(caller).pid()) {
                problems.add(caller + " was restarted: what it had counted is lost");
            }
        }
        long books = end.of(Bookstore.THIEF).good()
                - end.since(begin).of(Bookstore.THIEF).good();
        if (books > 0) {
            problems.add(String.format(Locale.ROOT, "bookthief got %,d books before the mesh was ready", books));
        }
        problems.addAll(between(end.since(begin)));
        return problems;
    }

    /** Judges an interval: whether all who call got what they should get, and something at all. */
    static List<String> between(Observation interval) {
        List<String> problems = new ArrayList<>();
        Tally buyer = interval.of(Bookstore.BUYER);
        if (buyer.calls() == 0) {
            problems.add("bookbuyer made no call");
        }
        problems.addAll(allowed("bookbuyer", buyer));
        problems.addAll(denied(interval.of(Bookstore.THIEF)));
        for (String store : List.of(Bookstore.V1, Bookstore.V2)) {
            Tally asked = interval.of(store);
            String name = store.substring(store.indexOf('/') + 1);
            if (asked.good() == 0) {
                problems.add("the inventory did not answer " + name + " over TCP");
            }
            problems.addAll(allowed(name, asked));
        }
        return problems;
    }

    private static List<String> allowed(String caller, Tally tally) {
        long bad = tally.calls() - tally.good();
        if (bad == 0) {
            return List.of();
        }
        String reasons = listed(bad(tally));
        return List.of(
                String.format(Locale.ROOT, "%,d of %s's %,d calls failed: %s", bad, caller, tally.calls(), reasons));
    }

    private static List<String> denied(Tally thief) {
        List<String> problems = new ArrayList<>();
        if (thief.good() > 0) {
            problems.add(String.format(Locale.ROOT, "bookthief got %,d books", thief.good()));
        }
        SortedMap<String, Long> other = bad(thief);
        if (other.remove("403") == null) {
            problems.add("bookthief was never denied with 403");
        }
        if (!other.isEmpty()) {
            problems.add("some of bookthief's calls got no 403 but: " + listed(other));
        }
        return problems;
    }

    /** Calls that did not give what was asked for, by status or reason. */
    private static SortedMap<String, Long> bad(Tally tally) {
        SortedMap<String, Long> bad = new TreeMap<>(tally.failures());
        for (Tally.Answers answers : tally.answers().values()) {
            for (Map.Entry<String, Long> entry : answers.statuses().entrySet()) {
                if (!entry.getKey().startsWith("2") && !entry.getKey().equals("echo")) {
                    bad.merge(entry.getKey(), entry.getValue(), Long::sum);
                }
            }
        }
        return bad;
    }

    private static String listed(SortedMap<String, Long> counts) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                        .toList());
    }
}
