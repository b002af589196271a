package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.standalone.EnvoyInstall;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "version",
        description = "Print weir's version; -o json tells those of Java and of the Envoys it works with, too.")
final class VersionCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final OutputOption output = new OutputOption();

    VersionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (output.format() == Format.TABLE) {
            console.out().println(Version.line());
            return ExitCodes.OK;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("weir", Version.number());
        tree.put("java", Runtime.version().toString());
        tree.put("envoyOldest", EnvoyInstall.OLDEST_VERSION);
        tree.put("envoyNewest", EnvoyInstall.DEFAULT_VERSION);
        console.tree(output.format(), tree);
        return ExitCodes.OK;
    }
}
