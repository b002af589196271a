package io.weir.cli;

import io.weir.cli.ClusterExplain.Explained;
import io.weir.cli.cluster.Cause;
import io.weir.cli.cluster.Diagnosis;
import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.controlplane.model.Diagnostic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How the explanations of a cluster are printed. */
final class ClusterExplainView {

    private ClusterExplainView() {}

    static String text(List<Explained> all, Style style) {
        return all.stream().map(one -> text(one, style)).collect(Collectors.joining("\n"));
    }

    private static String text(Explained one, Style style) {
        StringBuilder text = new StringBuilder(ExplanationView.text(one.question(), one.explanation(), style));
        text.append('\n');
        for (Cause cause : one.diagnosis().causes()) {
            text.append("cause   ")
                    .append(cause.code())
                    .append(": ")
                    .append(cause.text())
                    .append('\n');
            if (!cause.next().isEmpty()) {
                text.append("  next  ").append(cause.next()).append('\n');
            }
        }
        TextTable table = new TextTable("SIDE", "POD", "SIDECAR");
        one.diagnosis().callers().forEach(seen -> table.row("caller", seen.pod(), shown(seen)));
        one.diagnosis().servers().forEach(seen -> table.row("called", seen.pod(), shown(seen)));
        return text.append('\n').append(table).toString();
    }

    private static String shown(Diagnosis.Seen seen) {
        return seen.behind().isEmpty() ? seen.state() : seen.state() + " " + String.join(", ", seen.behind());
    }

    /** The keys of {@code -o json}, which are a contract: scripts read them. */
    static Map<String, Object> tree(List<Explained> all, List<Diagnostic> findings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("allowed", all.stream().allMatch(one -> one.explanation().allowed()));
        tree.put("answers", all.stream().map(ClusterExplainView::tree).toList());
        tree.put("diagnostics", Findings.trees(findings));
        return tree;
    }

    private static Map<String, Object> tree(Explained one) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("from", one.question().from().toString());
        tree.put("service", one.explanation().target().service().toString());
        tree.put("port", one.explanation().target().port());
        tree.putAll(ExplanationView.tree(one.explanation(), List.of()));
        tree.remove("diagnostics");
        tree.put(
                "causes",
                one.diagnosis().causes().stream().map(ClusterExplainView::tree).toList());
        List<Map<String, Object>> sidecars = new ArrayList<>();
        one.diagnosis().callers().forEach(seen -> sidecars.add(tree("caller", seen)));
        one.diagnosis().servers().forEach(seen -> sidecars.add(tree("called", seen)));
        tree.put("sidecars", sidecars);
        return tree;
    }

    private static Map<String, Object> tree(Cause cause) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("code", cause.code());
        tree.put("text", cause.text());
        tree.put("next", cause.next());
        return tree;
    }

    private static Map<String, Object> tree(String side, Diagnosis.Seen seen) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("side", side);
        tree.put("pod", seen.pod());
        tree.put("state", seen.state());
        tree.put("behind", seen.behind());
        return tree;
    }
}
