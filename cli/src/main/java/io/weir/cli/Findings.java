package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Diagnostics for people and for programs. */
final class Findings {

    private Findings() {}

    /**
     * One line: {@code Error [WEIR104] (TrafficSplit shop/canary) a.yaml:12 spec.backends[1].service: message. Fix: ...}.
     */
    static String line(Diagnostic finding, Style style) {
        StringBuilder line = new StringBuilder();
        line.append(severity(finding.severity(), style))
                .append(" [")
                .append(finding.code())
                .append("] (");
        line.append(finding.object()).append(')');
        Diagnostic.@Nullable Location location = finding.location();
        if (location != null) {
            line.append(' ').append(location);
        }
        if (!finding.field().isEmpty()) {
            line.append(' ').append(finding.field());
        }
        line.append(": ").append(sentence(finding.message()));
        if (!finding.fix().isEmpty()) {
            line.append(" Fix: ").append(sentence(finding.fix()));
        }
        return line.toString();
    }

    static Map<String, Object> tree(Diagnostic finding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        tree.put("code", finding.code());
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kind", finding.object().kind());
        object.put("namespace", finding.object().namespace());
        object.put("name", finding.object().name());
        tree.put("object", object);
        Diagnostic.@Nullable Location location = finding.location();
        tree.put("file", location == null ? null : location.file());
        tree.put("line", location == null ? null : location.line());
        tree.put("field", finding.field());
        tree.put("message", finding.message());
        tree.put("fix", finding.fix());
        return tree;
    }

    static List<Map<String, Object>> trees(List<Diagnostic> findings) {
        return findings.stream().map(Findings::tree).toList();
    }

    /** Prints what is worth knowing beside a result; nothing where all is well. */
    static void aside(List<Diagnostic> findings, Console console) {
        findings.stream()
                .filter(finding -> finding.severity() != Severity.INFO)
                .forEach(finding -> console.err().println(line(finding, console.style())));
    }

    /** {@code 2 errors, 1 warning}. */
    static String counts(List<Diagnostic> findings) {
        return counted(findings, Severity.ERROR, "error") + ", " + counted(findings, Severity.WARNING, "warning") + ", "
                + counted(findings, Severity.INFO, "note");
    }

    private static String counted(List<Diagnostic> findings, Severity severity, String noun) {
        long count = count(findings, severity);
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    static long count(List<Diagnostic> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static String severity(Severity severity, Style style) {
        return switch (severity) {
            case ERROR -> style.bad("Error");
            case WARNING -> style.warn("Warning");
            case INFO -> style.faint("Info");
        };
    }

    private static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }
}
