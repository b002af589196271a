package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.bugreport.Bundle;
import io.weir.cli.bugreport.ClusterParts;
import io.weir.cli.bugreport.Redaction;
import io.weir.cli.cluster.MeshStatus;
import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import io.weir.smi.wellknown.Sidecar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "bug-report",
        description =
                "Gather what somebody needs to find out what is wrong, in a ZIP file, with your own rights: versions,"
                        + " checks, SMI objects, Weir's own objects and logs, and what replicas of the control plane say. Secrets"
                        + " are never read, and what looks like one is taken out.")
final class BugReportCommand implements Callable<Integer> {

    private static final Pattern POD = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-.a-z0-9]*[a-z0-9])?");

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAMESPACE/POD",
            description = "Pods of the mesh: the object, what its sidecar should have and the sidecar's log.")
    private List<String> pods = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to make (default: weir-bug-report-TIME.zip in this folder).")
    private @Nullable Path output;

    @Option(
            names = {"-n", "--system-namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where Weir runs (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    BugReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        for (String pod : pods) {
            if (!POD.matcher(pod).matches() && spec != null) {
                throw new ParameterException(spec.commandLine(), pod + " is not NAMESPACE/POD");
            }
        }
        Path file = output == null
                ? Path.of("weir-bug-report-"
                        + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(ZonedDateTime.now(ZoneOffset.UTC))
                        + ".zip")
                : output;
        try (KubernetesClient client = ClusterClient.open()) {
            // Asked first, so that no file is made where there is no cluster.
            client.getKubernetesVersion();
            write(client, file);
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        } catch (IOException e) {
            throw new Failure(Failure.text(e), "name another file with -o");
        }
        return ExitCodes.OK;
    }

    private void write(KubernetesClient client, Path file) throws IOException {
        // Nobody else on this machine may read it.
        Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                .close();
        Bundle bundle = new Bundle(Files.newOutputStream(file));
        try (bundle) {
            bundle.add("weir-version.json", () -> said("version", "-o", "json"));
            bundle.add("check.json", () -> said("check", "-n", systemNamespace, "-o", "json"));
            ClusterParts parts = new ClusterParts(client, bundle);
            parts.cluster();
            parts.system(systemNamespace);
            status(client, bundle);
            for (String pod : pods) {
                String namespace = pod.substring(0, pod.indexOf('/'));
                String name = pod.substring(pod.indexOf('/') + 1);
                parts.pod(namespace, name);
                bundle.add(
                        "pods/" + pod + "-xds.json", () -> said("xds", "pod/" + name, "-n", namespace, "-o", "json"));
            }
            bundle.leaveOut("Secrets, ConfigMaps and logs of apps", "they are never read");
            if (pods.isEmpty()) {
                bundle.leaveOut("pods of the mesh", "none was named");
            }
        }
        console.out().println(file);
        console.err().println(bundle.parts() + " parts. These were left out:");
        bundle.leftOut().forEach(one -> console.err().println("  " + one));
        console.err().println("what looks like a secret was taken out; look through it before you pass it on");
    }

    private void status(KubernetesClient client, Bundle bundle) throws IOException {
        List<String> problems = new ArrayList<>();
        for (MeshStatus.Answer answer : ControlPlaneAccess.in(systemNamespace).answers(client, problems)) {
            bundle.add("status/" + answer.replica() + ".json", () -> ClusterParts.json(answer.body()));
        }
        problems.forEach(problem -> bundle.leaveOut("status", problem));
    }

    /** What another verb prints; what it says of errors where it prints nothing. */
    private String said(String... verb) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console within = new Console(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Style.PLAIN,
                console.environment());
        int _ = Weir.run(within, verb);
        String text = out.toString(StandardCharsets.UTF_8);
        if (text.isBlank()) {
            throw new Failure(err.toString(StandardCharsets.UTF_8).strip(), "");
        }
        return text.startsWith("{") ? String.valueOf(ClusterParts.json(text)) : Redaction.text(text);
    }
}
