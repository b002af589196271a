package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "rotate",
        description = "Give a running mesh a new root certificate. Proxies trust both roots until every workload has a"
                + " certificate of the new one; no request fails meanwhile.")
final class CaRotateCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final StateOptions state = new StateOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    CaRotateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Map<String, Object> answer =
                AdminClient.of(state, console.environment()).post("/v1/ca/rotate");
        if (output.format() == Format.TABLE) {
            console.out()
                    .println("rotation: " + String.valueOf(answer.get("phase")).toLowerCase(Locale.ROOT));
            for (Map<String, Object> root : StatusCommand.rows(answer.get("roots"))) {
                console.out().println("root " + root.get("id") + " until " + root.get("notAfter"));
            }
            console.err().println("the rotation goes on by itself; weir status shows the certificates");
        } else {
            console.tree(output.format(), answer);
        }
        return ExitCodes.OK;
    }
}
