package io.weir.cli.authz;

import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.denial.DenialReport.Result;
import io.weir.telemetry.report.EdgeReport.End;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Denials, for people and for programs.
 *
 * @param entries oldest first
 */
public record Denials(List<Entry> entries) {

    /** What a caller sends may hold what a terminal obeys. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    public Denials {
        entries = entries.stream().sorted(Comparator.comparing(Entry::time)).toList();
    }

    /** Those with an end in a namespace; null: all. */
    public Denials in(@Nullable String namespace) {
        return namespace == null
                ? this
                : new Denials(entries.stream()
                        .filter(one -> one.source().namespace().equals(namespace)
                                || one.destination().namespace().equals(namespace))
                        .toList());
    }

    /** What makes two denials the same to people. */
    private record Call(
            Result result,
            boolean audited,
            String source,
            String destination,
            String request,
            String reason,
            String explain) {}

    private record Seen(Entry last, int count) {
        Seen and(Entry next) {
            return new Seen(next, count + 1);
        }
    }

    /**
     * Each call once, with how often and when last, the newest below.
     *
     * @param folder of the manifests; null in a cluster
     */
    public String text(@Nullable String folder, Style style) {
        return text(folder, style, entries);
    }

    /**
     * The same, of the calls alone that some of the entries are of: with how often each came in all.
     *
     * @param some of {@link #entries}
     */
    public String text(@Nullable String folder, Style style, List<Entry> some) {
        Set<Call> wanted = some.stream().map(entry -> call(entry, folder)).collect(Collectors.toSet());
        Map<Call, Seen> calls = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Call call = call(entry, folder);
            Seen before = calls.remove(call);
            calls.put(call, before == null ? new Seen(entry, 1) : before.and(entry));
        }
        calls.keySet().retainAll(wanted);
        TextTable table = new TextTable("LAST", "TIMES", "RESULT", "SRC", "DST", "REQUEST");
        calls.forEach((call, seen) -> table.row(
                seen.last().time().truncatedTo(ChronoUnit.SECONDS).toString(),
                Integer.toString(seen.count()),
                call.result() == Result.DENIED ? style.bad("denied") : style.warn("would be denied"),
                call.source(),
                call.destination(),
                call.request()));
        StringBuilder text = new StringBuilder();
        List<String> lines = new ArrayList<>(table.toString().lines().toList());
        text.append(lines.removeFirst()).append('\n');
        List<Call> keys = List.copyOf(calls.keySet());
        for (int i = 0; i < keys.size(); i++) {
            Call call = keys.get(i);
            text.append(lines.get(i)).append('\n');
            text.append("  ").append(call.reason()).append('\n');
            if (!call.explain().isEmpty()) {
                text.append("  ").append(style.faint(call.explain())).append('\n');
            }
        }
        return text.toString();
    }

    private static Call call(Entry entry, @Nullable String folder) {
        return new Call(
                entry.result(),
                entry.audited(),
                name(entry.source()) + (entry.proven() ? "" : " (by address)"),
                name(entry.destination()) + (entry.port() == 0 ? "" : ":" + entry.port()),
                shown(request(entry)),
                shown(entry.reason()),
                shown(new ExplainLine(folder).of(entry)));
    }

    /** {@code namespace/account}; who proved nothing and is no pod of the mesh is outside. */
    private static String name(End end) {
        return end.serviceAccount().isEmpty() ? "(outside)" : end.namespace() + "/" + end.serviceAccount();
    }

    private static String request(Entry entry) {
        return entry.protocol().equals("TCP")
                ? "TCP"
                : (entry.method().isEmpty() ? "(other)" : entry.method()) + " " + entry.path();
    }

    private static String shown(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }

    /** Every entry, for programs. */
    public List<Map<String, Object>> tree(@Nullable String folder) {
        return entries.stream().map(one -> tree(one, folder)).toList();
    }

    private static Map<String, Object> tree(Entry entry, @Nullable String folder) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", entry.id());
        tree.put("time", entry.time().toString());
        tree.put("result", entry.result().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        tree.put("audited", entry.audited());
        tree.put("source", end(entry.source()));
        tree.put("proven", entry.proven());
        tree.put("destination", end(entry.destination()));
        tree.put("port", entry.port());
        tree.put("service", entry.service());
        tree.put("servicePort", entry.servicePort());
        tree.put("protocol", entry.protocol());
        tree.put("method", entry.method());
        tree.put("authority", entry.authority());
        tree.put("path", entry.path());
        tree.put("reason", entry.reason());
        tree.put("explain", new ExplainLine(folder).of(entry));
        return tree;
    }

    private static Map<String, Object> end(End end) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("namespace", end.namespace());
        tree.put("serviceAccount", end.serviceAccount());
        tree.put("kind", end.kind());
        tree.put("name", end.workload());
        tree.put("pod", end.pod());
        return tree;
    }
}
