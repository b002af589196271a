package io.weir.cli;

import io.weir.cli.output.Format;
import picocli.CommandLine.Option;

/** {@code -o json|yaml|table}. */
final class OutputOption {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json|yaml|table",
            defaultValue = "table",
            description = "How to print the result (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TABLE;

    Format format() {
        return format;
    }
}
