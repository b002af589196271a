package io.weir.e2e.node;

import io.weir.e2e.node.Program.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Weir's installation, by its chart. */
final class Release {

    static final String NAMESPACE = "weir-system";

    private static final Object ONE_AT_A_TIME = new Object();
    private static @Nullable List<String> now;

    private Release() {}

    /**
     * Weir with these values beside the chart's own, ready; what is installed stays if it has them already.
     *
     * @param values as {@code helm --set} takes them
     */
    static void with(String... values) {
        synchronized (ONE_AT_A_TIME) {
            if (!List.of(values).equals(now)) {
                of(chart(), values);
                now = List.of(values);
            }
        }
    }

    static Path chart() {
        return Program.root().resolve("helm/weir");
    }

    /** Weir by another chart. */
    static void of(Path chart, String... values) {
        synchronized (ONE_AT_A_TIME) {
            now = null;
            List<String> command = new ArrayList<>(List.of("upgrade", "--install"));
            command.addAll(List.of("weir", chart.toString(), "-n", NAMESPACE));
            command.addAll(List.of("--create-namespace", "--wait", "--timeout", "5m", "--reset-values"));
            for (String value : values) {
                command.addAll(List.of("--set", value));
            }
            helm(command.toArray(String[]::new));
        }
    }

    /** What {@code helm uninstall} says. */
    static Outcome uninstall() {
        isUnknown();
        return Program.run(List.of("helm", "uninstall", "weir", "-n", NAMESPACE, "--wait", "--timeout", "5m"), "");
    }

    /** Whoever uninstalls or changes it by other means says so. */
    static void isUnknown() {
        synchronized (ONE_AT_A_TIME) {
            now = null;
        }
    }

    static String helm(String... arguments) {
        return Program.output(Program.words("helm", arguments), "");
    }
}
