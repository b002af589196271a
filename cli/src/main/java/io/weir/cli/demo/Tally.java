package io.weir.cli.demo;

import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one of the example apps has counted of its calls: since it started, or between two times.
 *
 * @param pid its process; another number means that it was restarted and counts anew
 * @param answers by who gave them
 * @param failures calls without an answer, by the reason
 */
record Tally(long pid, SortedMap<Author, Answers> answers, SortedMap<String, Long> failures) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    Tally {
        answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
        failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
    }

    /** Who answered, as the answer itself says; both empty: a sidecar, or a TCP app. */
    record Author(String app, String version) implements Comparable<Author> {

        static final Author NOBODY = new Author("", "");

        @Override
        public int compareTo(Author other) {
            return Comparator.comparing(Author::app)
                    .thenComparing(Author::version)
                    .compare(this, other);
        }
    }

    /**
     * Answers by status: an HTTP status, or {@code echo} for a TCP line that came back.
     *
     * @param p50Millis over the app's own last seconds; null: none in that time
     */
    record Answers(
            SortedMap<String, Long> statuses,
            @Nullable Double p50Millis,
            @Nullable Double p99Millis) {

        static final Answers NONE = new Answers(Collections.emptySortedMap(), null, null);

        Answers {
            statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
        }

        long total() {
            return sum(statuses);
        }

        /** Those that gave the caller what it asked for. */
        long good() {
            return statuses.entrySet().stream()
                    .filter(entry ->
                            entry.getKey().startsWith("2") || entry.getKey().equals("echo"))
                    .mapToLong(entry -> entry.getValue())
                    .sum();
        }

        long of(String status) {
            return statuses.getOrDefault(status, 0L);
        }
    }

    static final Tally NONE = new Tally(0, Collections.emptySortedMap(), Collections.emptySortedMap());

    /**
     * Reads what {@code GET /stats} answered, of an app that calls one service.
     *
     * @throws JacksonException if it is something else
     */
    static Tally read(String json) {
        JsonNode stats = JSON.readTree(json);
        JsonNode call = stats.required("calls").required(0);
        TreeMap<Author, Answers> answers = new TreeMap<>();
        for (JsonNode answer : call.required("answers")) {
            JsonNode window = answer.required("window");
            answers.put(
                    new Author(
                            answer.required("app").stringValue(),
                            answer.required("version").stringValue()),
                    new Answers(
                            counts(answer.required("statuses")),
                            number(window.required("p50Millis")),
                            number(window.required("p99Millis"))));
        }
        return new Tally(stats.required("pid").longValue(), answers, counts(call.required("failures")));
    }

    /** What was counted after {@code earlier}; all of it, if the app has been restarted since. */
    Tally since(Tally earlier) {
        if (earlier.pid != pid) {
            return this;
        }
        TreeMap<Author, Answers> after = new TreeMap<>();
        answers.forEach((author, now) -> {
            Answers before = earlier.answers.getOrDefault(author, Answers.NONE);
            after.put(author, new Answers(minus(now.statuses, before.statuses), now.p50Millis, now.p99Millis));
        });
        return new Tally(pid, after, minus(failures, earlier.failures));
    }

    Answers by(Author author) {
        return answers.getOrDefault(author, Answers.NONE);
    }

    /** All calls, answered or not. */
    long calls() {
        return answered() + failed();
    }

    long answered() {
        return answers.values().stream().mapToLong(Answers::total).sum();
    }

    /** Calls without an answer. */
    long failed() {
        return sum(failures);
    }

    long good() {
        return answers.values().stream().mapToLong(Answers::good).sum();
    }

    /** Answers with a status, whoever gave them. */
    long of(String status) {
        return answers.values().stream().mapToLong(given -> given.of(status)).sum();
    }

    private static SortedMap<String, Long> minus(SortedMap<String, Long> now, SortedMap<String, Long> before) {
        TreeMap<String, Long> after = new TreeMap<>();
        now.forEach((key, count) -> {
            long more = count - before.getOrDefault(key, 0L);
            if (more != 0) {
                after.put(key, more);
            }
        });
        return after;
    }

    private static SortedMap<String, Long> counts(JsonNode object) {
        TreeMap<String, Long> counts = new TreeMap<>();
        object.properties()
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue().longValue()));
        return counts;
    }

    private static @Nullable Double number(JsonNode value) {
        return value.isNull() ? null : value.doubleValue();
    }

    private static long sum(SortedMap<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
