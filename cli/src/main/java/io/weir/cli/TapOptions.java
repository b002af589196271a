package io.weir.cli;

import io.weir.cli.stat.Target;
import io.weir.telemetry.model.ResourceKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Which live requests, and for how long. */
final class TapOptions {

    @Parameters(
            index = "0",
            paramLabel = "WORKLOAD",
            description = "Whose requests: a Deployment's name, or KIND/NAME, such as pod/web-0, svc/web or ns/shop.")
    private String workload = "";

    @Option(names = "--from", paramLabel = "KIND/NAME", description = "Only requests that arrive from there.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "KIND/NAME", description = "Only requests that are sent there.")
    private @Nullable String to;

    @Option(names = "--method", paramLabel = "METHOD", description = "Only requests of this method.")
    private @Nullable String method;

    @Option(names = "--path", paramLabel = "PREFIX", description = "Only requests whose path begins so.")
    private @Nullable String path;

    @Option(names = "--show-query", description = "Show what follows the question mark of a path; it may hold secrets.")
    private boolean query;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "End after so long: 10s, 5m (default: when it is ended).")
    private @Nullable Duration length;

    /** Null: until the command is ended. */
    @Nullable
    Duration length() {
        return length;
    }

    /** What is asked of {@code /v1/tap}. */
    String query(@Nullable String namespace, CommandSpec spec) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String named = workload.contains("/") ? workload : "deployment/" + workload;
        parameters.put("workload", object(named, spec));
        if (namespace != null) {
            parameters.put("namespace", namespace);
        }
        if (from != null) {
            parameters.put("from", object(from, spec));
        }
        if (to != null) {
            parameters.put("to", object(to, spec));
        }
        if (method != null) {
            parameters.put("method", method);
        }
        if (path != null) {
            parameters.put("path", path);
        }
        if (query) {
            parameters.put("query", "shown");
        }
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String object(String text, CommandSpec spec) {
        Target target = Target.parse(text);
        if (target == null || target.name() == null || target.kind() == ResourceKind.TRAFFIC_SPLIT) {
            throw new ParameterException(
                    spec.commandLine(), text + " is not KIND/NAME of pods, such as deploy/web, pod/web-0 or svc/web");
        }
        return target.kind().plural() + "/" + target.name();
    }
}
