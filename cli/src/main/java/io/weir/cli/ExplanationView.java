package io.weir.cli;

import io.weir.cli.output.Style;
import io.weir.cli.output.TextTable;
import io.weir.controlplane.explain.Allowance;
import io.weir.controlplane.explain.BackendVerdict;
import io.weir.controlplane.explain.Explanation;
import io.weir.controlplane.explain.Question;
import io.weir.controlplane.explain.Verdict;
import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.ServiceKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an explanation is printed. */
final class ExplanationView {

    private ExplanationView() {}

    /** The keys of {@code -o json}, which are a contract: scripts read them. */
    static Map<String, Object> tree(Explanation explanation, List<Diagnostic> diagnostics) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("allowed", explanation.allowed());
        tree.put("status", explanation.status());
        tree.put("by", by(explanation.by()));
        tree.put(
                "backends",
                explanation.backends().stream().map(ExplanationView::backend).toList());
        tree.put("mode", explanation.mode().name().toLowerCase(Locale.ROOT));
        tree.put("reason", explanation.reason());
        tree.put("diagnostics", Findings.trees(diagnostics));
        return tree;
    }

    private static Map<String, Object> backend(BackendVerdict backend) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service", backend.service().toString());
        tree.put("share", backend.share());
        tree.put(
                "serviceAccount",
                backend.account() == null ? null : backend.account().toString());
        tree.put("allowed", backend.allowed());
        tree.put("status", backend.verdict().status());
        tree.put("by", by(backend.verdict().by()));
        return tree;
    }

    private static List<Map<String, Object>> by(List<Allowance> allowances) {
        return allowances.stream().map(ExplanationView::allowance).toList();
    }

    private static Map<String, Object> allowance(Allowance allowance) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(
                "trafficTarget",
                allowance.origin().namespace() + "/" + allowance.origin().name());
        tree.put("rule", allowance.rule());
        return tree;
    }

    static String text(Question question, Explanation explanation, Style style) {
        ServiceKey service = explanation.target().service();
        StringBuilder text = new StringBuilder();
        text.append(headline(explanation, style));
        text.append(status(explanation.status(), "  "));
        text.append("  ").append(question.from()).append(" -> ").append(service);
        text.append(':').append(explanation.target().port());
        if (explanation.protocol() == AppProtocol.HTTP) {
            text.append("  ")
                    .append(question.request().method())
                    .append(' ')
                    .append(question.request().path());
        } else {
            text.append("  ").append(explanation.protocol());
        }
        text.append('\n');
        text.append("why     ").append(explanation.reason()).append('\n');
        text.append("route   ").append(explanation.route()).append('\n');
        text.append("mode    ")
                .append(explanation.mode().name().toLowerCase(Locale.ROOT))
                .append('\n');
        if (!explanation.backends().isEmpty()) {
            text.append('\n').append(table(explanation.backends(), style));
        }
        return text.toString();
    }

    /** Where some of the backends let it pass, most requests may succeed all the same. */
    private static String headline(Explanation explanation, Style style) {
        if (explanation.allowed()) {
            return style.good("allowed");
        }
        return explanation.backends().stream().anyMatch(BackendVerdict::allowed)
                ? style.warn("denied in part")
                : style.bad("denied");
    }

    private static TextTable table(List<BackendVerdict> backends, Style style) {
        TextTable table = new TextTable("BACKEND", "SHARE", "ACCOUNT", "ANSWER", "WHY");
        for (BackendVerdict backend : backends) {
            table.row(
                    backend.service().toString(),
                    String.format(Locale.ROOT, "%.1f %%", backend.share() * 100),
                    backend.account() == null ? "-" : backend.account().toString(),
                    answer(backend.verdict(), style),
                    backend.verdict().reason());
        }
        return table;
    }

    private static String answer(Verdict verdict, Style style) {
        return switch (verdict) {
            case Verdict.Allowed allowed -> style.good("allowed") + status(allowed.status(), " ");
            case Verdict.Denied denied -> style.bad("denied") + status(denied.status(), " ");
            case Verdict.Unavailable unavailable -> style.warn("nobody") + status(unavailable.status(), " ");
        };
    }

    private static String status(@Nullable Integer status, String before) {
        return status == null ? "" : before + status;
    }
}
