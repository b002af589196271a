package io.weir.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and prints.
 *
 * @param out results
 * @param err progress, warnings and errors
 */
public record Console(InputStream in, PrintStream out, PrintStream err, Style style, Map<String, String> environment) {

    public Console {
        environment = Map.copyOf(environment);
    }

    /** Of this process; what it prints is UTF-8 whatever the locale, so that JSON and YAML are valid. */
    public static Console system() {
        Map<String, String> environment = System.getenv();
        return new Console(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Style.of(environment),
                environment);
    }

    public PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    public PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    /** Prints a tree as JSON or YAML. */
    public void tree(Format format, Object tree) {
        out.print(
                switch (format) {
                    case JSON -> Trees.json(tree);
                    case YAML -> Trees.yaml(tree);
                    case TABLE -> throw new IllegalArgumentException("a tree is no table");
                });
        out.flush();
    }
}
