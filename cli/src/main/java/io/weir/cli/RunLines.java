package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.controlplane.standalone.Supervisor;

/** What a running mesh says, a line each, on standard error. */
record RunLines(Console console) implements Supervisor.Events {

    @Override
    public void happened(String line) {
        console.err().println(line);
    }

    @Override
    public void failed(String line) {
        console.err().println(console.style().warn(line));
    }

    @Override
    public void printed(String source, String line) {
        console.err().println(console.style().faint(source + " | ") + line);
    }
}
