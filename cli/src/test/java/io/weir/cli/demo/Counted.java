package io.weir.cli.demo;

import java.util.Map;
import java.util.TreeMap;

/** Tallies for tests, in few words. */
final class Counted {

    private final long pid;
    private final TreeMap<Tally.Author, Tally.Answers> answers = new TreeMap<>();
    private final TreeMap<String, Long> failures = new TreeMap<>();

    private Counted(long pid) {
        this.pid = pid;
    }

    static Counted by(long pid) {
        return new Counted(pid);
    }

    Counted answered(Tally.Author author, String status, long count) {
        TreeMap<String, Long> statuses =
                new TreeMap<>(answers.getOrDefault(author, Tally.Answers.NONE).statuses());
        statuses.merge(status, count, Long::sum);
        answers.put(author, new Tally.Answers(statuses, 1.25, 9.5));
        return this;
    }

    Counted failed(String reason, long count) {
        failures.merge(reason, count, Long::sum);
        return this;
    }

    Tally tally() {
        return new Tally(pid, answers, failures);
    }

    /** What callers have when all is well, with this many requests to each version. */
    static Map<String, Tally> well(long v1, long v2) {
        return Map.of(
                Bookstore.BUYER,
                by(1).answered(Bookstore.FROM_V1, "200", v1)
                        .answered(Bookstore.FROM_V2, "200", v2)
                        .tally(),
                Bookstore.THIEF,
                by(2).answered(Tally.Author.NOBODY, "403", 50).tally(),
                Bookstore.V1,
                by(3).answered(Tally.Author.NOBODY, "echo", 10).tally(),
                Bookstore.V2,
                by(4).answered(Tally.Author.NOBODY, "echo", 10).tally());
    }

    static Observation observation(double seconds, Map<String, Tally> callers) {
        return new Observation(seconds, new TreeMap<>(callers));
    }
}
