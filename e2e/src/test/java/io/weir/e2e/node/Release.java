package io.weir.e2e.node;

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
            List<String> wanted = List.of(values);
            if (wanted.equals(now)) {
                return;
            }
            List<String> command = new ArrayList<>(List.of("upgrade", "--install"));
            command.addAll(List.of("weir", Program.root().resolve("helm/weir").toString(), "-n", NAMESPACE));
            command.addAll(List.of("--create-namespace", "--wait", "--timeout", "5m", "--reset-values"));
            for (String value : wanted) {
                command.addAll(List.of("--set", value));
            }
            now = null;
            helm(command.toArray(String[]::new));
            now = wanted;
        }
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
