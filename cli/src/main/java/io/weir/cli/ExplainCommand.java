package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.explain.Answer;
import io.weir.controlplane.explain.Explain;
import io.weir.controlplane.explain.Explanation;
import io.weir.controlplane.explain.Question;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
                + " and which backends take which share. Nothing needs to run.",
        footer = {
            "",
            "Example:",
            "  weir explain examples/bookstore --from customers/bookbuyer --to shop/bookstore --path /books"
        })
final class ExplainCommand implements Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("([a-z0-9.-]+)/([a-z0-9.-]+)");
    private static final Pattern SERVICE =
            Pattern.compile("([a-z0-9.-]+)/([a-z0-9.-]+)(?::(\\d{1,5})(?:/(tcp|udp))?)?");

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE|FOLDER|-", description = "Manifests, folders of them, or -.")
    private List<Path> files = List.of();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "NAMESPACE/ACCOUNT",
            description = "The caller's service account.")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "NAMESPACE/SERVICE[:PORT]",
            description = "The Service that is called; without a port its only one, or 80. :53/udp says which of two.")
    private String to = "";

    @Option(names = "--method", defaultValue = "GET", description = "HTTP method (default: ${DEFAULT-VALUE}).")
    private String method = "GET";

    @Option(names = "--path", defaultValue = "/", description = "HTTP path as sent (default: ${DEFAULT-VALUE}).")
    private String path = "/";

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "HTTP header; may be given again.")
    private List<String> headers = List.of();

    @Mixin
    private final MeshOptions mesh = new MeshOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Question question = question();
        Offline offline = Offline.load(files, console.in(), mesh.settings());
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
        return ExitCodes.OK;
    }

    /** A name that stands nowhere is more likely misspelt than meant. */
    private static void checkSource(Offline offline, Identity from) {
        TreeSet<Identity> known = new TreeSet<>(offline.state().serviceAccounts());
        offline.model().workloads().values().forEach(workload -> known.add(workload.identity()));
        offline.model().grants().values().forEach(grants -> grants.forEach(grant -> known.addAll(grant.sources())));
        if (!known.contains(from)) {
            throw new Failure(
                    "nothing runs as " + from + ", and no ServiceAccount or TrafficTarget has that name",
                    "name one of the accounts: " + (known.isEmpty() ? "none" : join(known)));
        }
    }

    private static String join(Set<Identity> identities) {
        return String.join(", ", identities.stream().map(Identity::toString).toList());
    }

    private Question question() {
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
                new Question.Request(
                        method, path, headers.stream().map(this::header).toList()));
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
