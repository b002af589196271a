package io.weir.cli.authz;

import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.report.EdgeReport.End;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command that explains a denial.
 *
 * @param folder of the manifests; null in a cluster
 */
record ExplainLine(@Nullable String folder) {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    /** As it is typed into a shell; empty where it isn't known who called, or by which Service. */
    String of(Entry denial) {
        End source = denial.source();
        if (source.serviceAccount().isEmpty() || denial.service().isEmpty()) {
            return "";
        }
        List<String> words = new ArrayList<>(List.of("weir", "explain"));
        String from = source.namespace();
        String[] service = denial.service().split("/", 2);
        if (folder == null) {
            words.addAll(List.of("sa/" + source.serviceAccount(), "svc/" + service[1], "-n", from));
            if (!service[0].equals(from)) {
                words.addAll(List.of("--to-namespace", service[0]));
            }
            words.addAll(List.of("--port", Integer.toString(denial.servicePort())));
        } else {
            words.addAll(List.of(folder, "--from", from + "/" + source.serviceAccount()));
            words.addAll(List.of("--to", denial.service() + ":" + denial.servicePort()));
        }
        if (!denial.method().isEmpty()) {
            words.addAll(List.of("--method", denial.method()));
        }
        if (!denial.path().isEmpty()) {
            words.addAll(List.of("--path", denial.path()));
        }
        return words.stream().map(ExplainLine::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
