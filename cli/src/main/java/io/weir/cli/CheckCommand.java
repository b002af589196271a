package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.check.Category;
import io.weir.cli.check.Check;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.model.Mode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = "Look whether a cluster is as Weir needs it, with your own rights: SMI's kinds, the webhooks, and"
                + " which namespaces are open. Changes nothing.",
        footer = {"", "Exit code 1 if a check failed; warnings are no failures."})
final class CheckCommand implements Callable<Integer> {

    private final Console console;

    @Option(
            names = "--mode",
            paramLabel = "deny|permissive",
            defaultValue = "permissive",
            description = "The mesh's mode in the cluster, for namespaces that say nothing themselves"
                    + " (default: ${DEFAULT-VALUE}).")
    private Mode mode = Mode.PERMISSIVE;

    @Mixin
    private final OutputOption output = new OutputOption();

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Map<String, List<Check>> found = new LinkedHashMap<>();
        try (KubernetesClient client = ClusterClient.open()) {
            for (Category category : Category.all(mode == Mode.DENY)) {
                found.put(category.name(), category.run(client));
            }
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        }
        boolean success =
                found.values().stream().flatMap(List::stream).noneMatch(check -> check.result() == Check.Result.ERROR);
        if (output.format() == Format.TABLE) {
            found.forEach(this::print);
            console.out().println(success ? console.style().tick() + " all that must be so is so" : "");
        } else {
            console.tree(output.format(), tree(found, success));
        }
        return success ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void print(String category, List<Check> checks) {
        console.out().println(category);
        console.out().println("-".repeat(category.length()));
        for (Check check : checks) {
            switch (check.result()) {
                case SUCCESS -> console.out().println(console.style().tick() + " " + check.description());
                case WARNING -> failed(console.style().warn("!"), check);
                case ERROR -> failed(console.style().bad("x"), check);
            }
        }
        console.out().println();
    }

    private void failed(String mark, Check check) {
        console.out().println(mark + " " + check.description());
        console.out().println("    " + check.error());
        console.out().println("    " + check.hint());
    }

    private static Map<String, Object> tree(Map<String, List<Check>> found, boolean success) {
        List<Map<String, Object>> categories = new ArrayList<>();
        found.forEach((name, checks) -> {
            Map<String, Object> category = new LinkedHashMap<>();
            category.put("categoryName", name);
            category.put("checks", checks.stream().map(CheckCommand::tree).toList());
            categories.add(category);
        });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("success", success);
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
