package io.weir.e2e.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What came of the calls that an {@link EchoApp} made since it started.
 *
 * @param answers how many, by {@code app/version status}; an answer of a proxy has neither: {@code / 403}
 * @param failures calls without an answer, by reason
 */
record Calls(Map<String, Long> answers, Map<String, Long> failures) {

    static final Calls NONE = new Calls(Map.of(), Map.of());

    /** @param index which of its URLs, in their order */
    static Calls of(TestNamespace namespace, String workload, int index) {
        return each(namespace, workload).get(index);
    }

    /** Of each of its URLs, in their order. */
    static List<Calls> each(TestNamespace namespace, String workload) {
        Program.Outcome told = namespace.exec(workload, "curl", "-s", "-m", "5", "http://127.0.0.1:9102/stats");
        if (!told.ok()) {
            throw new IllegalStateException(workload + " gives no statistics: " + told.output());
        }
        List<Calls> each = new ArrayList<>();
        for (JsonNode calls : Cluster.json(told.out()).path("calls")) {
            each.add(of(calls));
        }
        return each;
    }

    private static Calls of(JsonNode calls) {
        Map<String, Long> answers = new TreeMap<>();
        for (JsonNode answer : calls.path("answers")) {
            answer.path("statuses")
                    .properties()
                    .forEach(status -> answers.put(
                            answer.path("app").asString("") + "/"
                                    + answer.path("version").asString("") + " " + status.getKey(),
                            status.getValue().asLong(0)));
        }
        Map<String, Long> failures = new TreeMap<>();
        calls.path("failures")
                .properties()
                .forEach(failure ->
                        failures.put(failure.getKey(), failure.getValue().asLong(0)));
        return new Calls(answers, failures);
    }

    /** What came of those that were made after others. */
    Calls since(Calls before) {
        return new Calls(difference(answers, before.answers), difference(failures, before.failures));
    }

    private static Map<String, Long> difference(Map<String, Long> now, Map<String, Long> before) {
        Map<String, Long> difference = new TreeMap<>();
        now.forEach((key, count) -> {
            long more = count - before.getOrDefault(key, 0L);
            if (more != 0) {
                difference.put(key, more);
            }
        });
        return difference;
    }

    long total() {
        return answers.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Those that {@code app/version} answered with 200. */
    long by(String author) {
        return answers.getOrDefault(author + " 200", 0L);
    }

    /** What was no 200, or no answer at all: empty if all went well. */
    Map<String, Long> failed() {
        Map<String, Long> failed = new TreeMap<>(failures);
        answers.forEach((key, count) -> {
            if (!key.endsWith(" 200")) {
                failed.put(key, count);
            }
        });
        return failed;
    }
}
