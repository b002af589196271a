package io.weir.cli.check;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.output.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of all checks.
 *
 * @param found by category, in their order
 */
public record CheckReport(List<Found> found) {

    private static final int FORBIDDEN = 403;

    /** Of a category. */
    public record Found(String category, List<Check> checks) {
        public Found {
            checks = List.copyOf(checks);
        }
    }

    public CheckReport {
        found = List.copyOf(found);
    }

    /**
     * Looks.
     *
     * @throws KubernetesClientException if the cluster can't be asked at all; what alone is forbidden is a failed check
     */
    public static CheckReport of(List<Category> categories, KubernetesClient client) {
        List<Found> found = new ArrayList<>();
        for (Category category : categories) {
            try {
                found.add(new Found(category.name(), category.run(client)));
            } catch (KubernetesClientException e) {
                if (e.getCode() != FORBIDDEN || e.getStatus() == null) {
                    throw e;
                }
                found.add(new Found(
                        category.name(),
                        List.of(Check.error(
                                "you may look at this",
                                String.valueOf(e.getStatus().getMessage()),
                                "run this as somebody who may"))));
            }
        }
        return new CheckReport(found);
    }

    /** Whether no check failed. */
    public boolean success() {
        return found.stream()
                .flatMap(one -> one.checks().stream())
                .noneMatch(one -> one.result() == Check.Result.ERROR);
    }

    /**
     * For people.
     *
     * @param all also what is as it must be
     */
    public String text(Style style, boolean all) {
        StringBuilder text = new StringBuilder();
        for (Found one : found) {
            List<Check> shown = one.checks().stream()
                    .filter(check -> all || check.result() != Check.Result.SUCCESS)
                    .toList();
            if (!shown.isEmpty()) {
                text.append(one.category()).append('\n');
                text.append("-".repeat(one.category().length())).append('\n');
                shown.forEach(check -> line(check, style, text));
                text.append('\n');
            }
        }
        return text.append(verdict(style)).append('\n').toString();
    }

    private String verdict(Style style) {
        if (success()) {
            return style.tick() + " all that must be so is so";
        }
        long failed = found.stream()
                .flatMap(one -> one.checks().stream())
                .filter(one -> one.result() == Check.Result.ERROR)
                .count();
        return style.bad("x") + " " + failed + (failed == 1 ? " check failed" : " checks failed");
    }

    private static void line(Check check, Style style, StringBuilder text) {
        String mark = switch (check.result()) {
            case SUCCESS -> style.tick();
            case WARNING -> style.warn("!");
            case ERROR -> style.bad("x");
        };
        text.append(mark).append(' ').append(check.description()).append('\n');
        if (check.result() != Check.Result.SUCCESS) {
            text.append("    ").append(check.error()).append('\n');
            text.append("    ").append(check.hint()).append('\n');
        }
    }

    /** For programs: {@code success}, and {@code categories} with {@code checks}. */
    public Map<String, Object> tree() {
        List<Map<String, Object>> categories = new ArrayList<>();
        for (Found one : found) {
            Map<String, Object> category = new LinkedHashMap<>();
            category.put("categoryName", one.category());
            category.put("checks", one.checks().stream().map(CheckReport::tree).toList());
            categories.add(category);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("success", success());
        tree.put("categories", categories);
        return tree;
    }

    private static Map<String, Object> tree(Check check) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("description", check.description());
        tree.put("result", check.result().name().toLowerCase(Locale.ROOT));
        if (check.result() != Check.Result.SUCCESS) {
            tree.put("error", check.error());
            tree.put("hint", check.hint());
        }
        return tree;
    }
}
