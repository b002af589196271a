package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.cluster.Named;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.explain.Answer;
import io.weir.controlplane.explain.Explain;
import io.weir.controlplane.explain.Explanation;
import io.weir.controlplane.explain.Question;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = "Say whether one workload may call a service, by which TrafficTarget and rule or what is missing,"
                + " and which backends take which share. Of files nothing needs to run; in a cluster also what the"
                + " sidecars on both sides have acknowledged.",
        footer = {
            "",
            "Examples:",
            "  weir explain deploy/web deploy/db -n shop --path /books",
            "  weir explain examples/bookstore --from customers/bookbuyer --to shop/bookstore --path /books"
        })
final class ExplainCommand implements Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("([a-z0-9.-]+)/([a-z0-9.-]+)");
    private static final Pattern SERVICE =
            Pattern.compile("([a-z0-9.-]+)/([a-z0-9.-]+)(?::(\\d{1,5})(?:/(tcp|udp))?)?");

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "KIND/NAME|FILE|FOLDER|-",
            description = "Of a cluster, who calls and who is called, as deploy/a deploy/b, pod/a svc/b, sa/a svc/b; or"
                    + " manifests, folders of them, or -.")
    private List<Path> words = List.of();

    @Option(
            names = "--from",
            paramLabel = "NAMESPACE/ACCOUNT",
            description = "Needed with files: the caller's service account.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "NAMESPACE/SERVICE[:PORT]",
            description = "Needed with files: the Service that is called; without a port its only one, or 80. :53/udp"
                    + " says which of two.")
    private @Nullable String to;

    @Option(
            names = "--to-namespace",
            paramLabel = "NAMESPACE",
            description = "The namespace of who is called in the cluster (default: that of the caller).")
    private @Nullable String toNamespace;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The Service's port that is called in the cluster (default: its only one, or 80).")
    private @Nullable Integer port;

    @Option(names = "--method", defaultValue = "GET", description = "HTTP method (default: ${DEFAULT-VALUE}).")
    private String method = "GET";

    @Option(names = "--path", defaultValue = "/", description = "HTTP path as sent (default: ${DEFAULT-VALUE}).")
    private String path = "/";

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "HTTP header; may be given again.")
    private List<String> headers = List.of();

    @Mixin
    private final ClusterSelection cluster = new ClusterSelection();

    @Mixin
    private final ControlPlaneAccess controlPlane = new ControlPlaneAccess();

    @Mixin
    private final MeshOptions mesh = new MeshOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (cluster.meant(words)) {
            inCluster();
        } else if (from == null || to == null) {
            throw usage("with files, --from and --to say who calls whom, e.g. --from customers/bookbuyer --to"
                    + " shop/bookstore");
        } else if (port != null || toNamespace != null) {
            throw usage("--port and --to-namespace are for a cluster; of files, --to has both");
        } else {
            cluster.refuseWith(words, false, spec);
            ofFiles(question(from, to));
        }
        return ExitCodes.OK;
    }

    private void ofFiles(Question question) {
        Offline offline = Offline.load(words, console.in(), mesh.settings());
        Explanation explanation = switch (Explain.explain(offline.model(), question)) {
            case Explanation found -> found;
            case Answer.Unanswerable unanswerable -> throw new Failure(unanswerable.reason(), unanswerable.fix());
        };
        checkSource(offline, question.from());
        if (output.format() == Format.TABLE) {
            console.out().print(ExplanationView.text(question, explanation, console.style()));
            Findings.aside(offline.diagnostics(), console);
        } else {
            console.tree(output.format(), ExplanationView.tree(explanation, offline.diagnostics()));
        }
    }

    private void inCluster() {
        if (words.size() != 2 || from != null || to != null) {
            throw usage("name two objects of the cluster, who calls and who is called: " + Named.FORMS);
        }
        Named caller = Objects.requireNonNull(Named.parse(words.getFirst().toString()));
        Named called = Objects.requireNonNull(Named.parse(words.getLast().toString()));
        if (caller.kind() == Named.Kind.SERVICE) {
            throw usage(caller + " calls nobody: name the pods behind it, by deploy/NAME, pod/NAME or sa/NAME");
        }
        try (KubernetesClient client = cluster.open()) {
            String namespace = cluster.namespace(client);
            String there = toNamespace == null ? namespace : toNamespace;
            ClusterMesh read = ClusterMesh.read(
                    client,
                    Sorted.set(List.of(namespace, there)),
                    ClusterMesh.Extent.NAMESPACES,
                    mesh,
                    controlPlane.ask(client),
                    console);
            List<ClusterExplain.Explained> explained = new ClusterExplain(read, port, request())
                    .explain(new ClusterExplain.Place(namespace, caller), new ClusterExplain.Place(there, called));
            List<Diagnostic> findings = read.offline().diagnostics().stream()
                    .filter(finding -> finding.object().namespace().equals(there))
                    .toList();
            if (output.format() == Format.TABLE) {
                console.out().print(ClusterExplainView.text(explained, console.style()));
                Findings.aside(findings, console);
            } else {
                console.tree(output.format(), ClusterExplainView.tree(explained, findings));
            }
        }
    }

    /** A name that stands nowhere is more likely misspelt than meant. */
    private static void checkSource(Offline offline, Identity from) {
        TreeSet<Identity> known = new TreeSet<>(offline.state().serviceAccounts());
        offline.model().workloads().values().forEach(workload -> known.add(workload.identity()));
        Stream.of(offline.model().grants(), offline.model().audited())
                .flatMap(map -> map.values().stream())
                .flatMap(List::stream)
                .forEach(grant -> known.addAll(grant.sources()));
        if (!known.contains(from)) {
            throw new Failure(
                    "nothing runs as " + from + ", and no ServiceAccount or TrafficTarget has that name",
                    "name one of the accounts: " + (known.isEmpty() ? "none" : join(known)));
        }
    }

    private static String join(Set<Identity> identities) {
        return String.join(", ", identities.stream().map(Identity::toString).toList());
    }

    private Question question(String from, String to) {
        Matcher account = NAME.matcher(from);
        if (!account.matches()) {
            throw usage("--from " + from + " is not NAMESPACE/ACCOUNT, e.g. customers/bookbuyer");
        }
        Matcher service = SERVICE.matcher(to);
        if (!service.matches()) {
            throw usage("--to " + to + " is not NAMESPACE/SERVICE[:PORT], e.g. shop/bookstore:80");
        }
        String port = service.group(3);
        String transport = service.group(4);
        return new Question(
                new Identity(account.group(1), account.group(2)),
                new ServiceKey(service.group(1), service.group(2)),
                port == null ? null : Integer.valueOf(port),
                transport == null ? null : Transport.valueOf(transport.toUpperCase(Locale.ROOT)),
                request());
    }

    private Question.Request request() {
        return new Question.Request(
                method, path, headers.stream().map(this::header).toList());
    }

    /** {@code name=value}, or {@code name: value} as curl takes it. */
    private Question.Header header(String text) {
        Matcher parts =
                Pattern.compile("([^=:\\s]+)(?:=|:\\s*)(.*)", Pattern.DOTALL).matcher(text);
        if (!parts.matches()) {
            throw usage("--header " + text + " is not NAME=VALUE, e.g. user-agent=curl");
        }
        return new Question.Header(parts.group(1), parts.group(2));
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
