package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.manifest.AtomicFile;
import io.weir.cli.manifest.SplitEdit;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.directory.ManifestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "set",
        description =
                "Set weights of a TrafficSplit of the cluster, or with -f in the manifest that holds it: there comments,"
                        + " order and formatting stay as they are, and a mesh that runs on the folder follows at once.",
        footer = {
            "",
            "Examples:",
            "  weir split set bookstore bookstore-v1=90 bookstore-v2=10 -n shop",
            "  weir split set bookstore bookstore-v1=90 bookstore-v2=10 -f examples/bookstore"
        })
final class SplitSetCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "The TrafficSplit, or NAMESPACE/NAME.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "BACKEND=WEIGHT",
            description = "Backend Services and their weights, whole numbers; other backends keep theirs.")
    private List<String> weights = List.of();

    @Option(
            names = {"-f", "--folder"},
            paramLabel = "FOLDER",
            description = "The folder of manifests, or one file (default: none, but the cluster). Then -n is the"
                    + " namespace where several have a TrafficSplit of that name.")
    private @Nullable Path folder;

    @Mixin
    private final ClusterSelection cluster = new ClusterSelection();

    @Mixin
    private final OutputOption output = new OutputOption();

    SplitSetCommand(Console console) {
        this.console = console;
    }

    private record Hit(Path file, SplitEdit.Edited edited) {}

    @Override
    public Integer call() {
        Map<String, Long> wanted = wanted();
        SplitEdit.Wanted split = split();
        if (folder == null) {
            inCluster(split, wanted);
        } else if (cluster.named()) {
            throw usage("--context and --kubeconfig are for a cluster, and -f is for files: name one of the two");
        } else {
            inFolder(folder, split, wanted);
        }
        return ExitCodes.OK;
    }

    private void inCluster(SplitEdit.Wanted split, Map<String, Long> wanted) {
        try (KubernetesClient client = cluster.open()) {
            String namespace = split.namespace() == null ? cluster.namespace(client) : split.namespace();
            List<SplitEdit.Change> changes = new ClusterSplit(client, namespace, split.name(), console).set(wanted);
            print(new ObjectRef("TrafficSplit", namespace, split.name()), null, changes);
        }
    }

    private void inFolder(Path folder, SplitEdit.Wanted split, Map<String, Long> wanted) {
        SortedMap<Path, String> texts = ManifestTexts.of(folder);
        List<Hit> hits = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        String next = "";
        for (Map.Entry<Path, String> file : texts.entrySet()) {
            switch (SplitEdit.apply(file.getValue(), split, wanted)) {
                case SplitEdit.Edited edited -> hits.add(new Hit(file.getKey(), edited));
                case SplitEdit.Absent _ -> {}
                case SplitEdit.Refused refused -> {
                    refusals.add(file.getKey() + ": " + refused.reason());
                    next = refused.next();
                }
            }
        }
        if (hits.size() > 1) {
            throw new Failure(
                    "TrafficSplit " + split.name() + " is written in several files: "
                            + hits.stream()
                                    .map(hit -> hit.file() + " (" + hit.edited().namespace() + ")")
                                    .collect(Collectors.joining(", ")),
                    "name the namespace with -n, or the file with -f");
        }
        if (hits.isEmpty()) {
            throw refusals.isEmpty()
                    ? new Failure(
                            "no TrafficSplit " + (split.namespace() == null ? "" : split.namespace() + "/")
                                    + split.name() + " in " + folder,
                            "name the folder that holds it with -f")
                    : new Failure(String.join("; ", refusals), next);
        }
        save(
                texts,
                hits.getFirst(),
                new ObjectRef("TrafficSplit", hits.getFirst().edited().namespace(), split.name()));
    }

    private SplitEdit.Wanted split() {
        String namespace = cluster.typedNamespace();
        int slash = name.indexOf('/');
        if (slash < 0) {
            return new SplitEdit.Wanted(namespace, name);
        }
        String written = name.substring(0, slash);
        if (namespace != null && !namespace.equals(written)) {
            throw usage(name + " and -n " + namespace + " name two namespaces");
        }
        return new SplitEdit.Wanted(written, name.substring(slash + 1));
    }

    private void save(SortedMap<Path, String> texts, Hit hit, ObjectRef split) {
        TreeMap<Path, String> after = new TreeMap<>(texts);
        after.put(hit.file(), hit.edited().text());
        List<Diagnostic> before = errors(texts);
        for (Diagnostic error : errors(after)) {
            // What was wrong before is not this edit's to refuse: it may be a step towards putting it right.
            if (before.stream()
                    .noneMatch(old -> old.object().equals(error.object())
                            && old.code().equals(error.code())
                            && old.field().equals(error.field()))) {
                throw new Failure(
                        "nothing is changed, because this would be wrong: " + Findings.line(error, console.style()),
                        "choose other weights");
            }
        }
        try {
            AtomicFile.replace(hit.file(), hit.edited().text());
        } catch (IOException e) {
            throw new Failure("can't write " + hit.file() + ": " + e.getMessage(), "check the file's permissions");
        }
        print(split, hit.file(), hit.edited().changes());
    }

    private static List<Diagnostic> errors(SortedMap<Path, String> texts) {
        TreeMap<String, String> named = new TreeMap<>();
        texts.forEach((file, text) -> named.put(file.toString(), text));
        return Offline.of(ManifestFiles.parse(named), MeshSettings.defaults()).diagnostics().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
    }

    /** @param file null where it is in a cluster */
    private void print(ObjectRef split, @Nullable Path file, List<SplitEdit.Change> changes) {
        if (output.format() != Format.TABLE) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("trafficSplit", split.namespace() + "/" + split.name());
            if (file != null) {
                tree.put("file", file.toString());
            }
            tree.put("backends", changes.stream().map(SplitSetCommand::tree).toList());
            console.tree(output.format(), tree);
            return;
        }
        String text = changes.stream()
                .map(change -> change.service() + " " + (change.before().isEmpty() ? "-" : change.before()) + " -> "
                        + change.after())
                .collect(Collectors.joining(", "));
        console.out().println(split + ": " + text + (file == null ? "" : " (" + file + ")"));
    }

    private static Map<String, Object> tree(SplitEdit.Change change) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service", change.service());
        tree.put("before", change.before().isEmpty() ? null : change.before());
        tree.put("weight", change.after());
        return tree;
    }

    private Map<String, Long> wanted() {
        Map<String, Long> wanted = new LinkedHashMap<>();
        for (String weight : weights) {
            int equals = weight.indexOf('=');
            String number = weight.substring(equals + 1);
            if (equals < 1 || !number.matches("\\d{1,9}")) {
                throw usage(weight + " is not BACKEND=WEIGHT with a whole number from 0, e.g. bookstore-v1=90");
            }
            if (wanted.put(weight.substring(0, equals), Long.valueOf(number)) != null) {
                throw usage("the backend " + weight.substring(0, equals) + " is given twice");
            }
        }
        return wanted;
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
