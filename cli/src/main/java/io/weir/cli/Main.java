package io.weir.cli;

import io.weir.cli.output.Console;

/** The {@code weir} command. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.exit(Weir.run(Console.system(), args));
    }
}
