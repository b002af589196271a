package io.weir.cli.helm;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A helm that was found.
 *
 * @param program its file
 * @param environment what it is told beside arguments, such as KUBECONFIG
 */
public record Helm(Path program, Map<String, String> environment) {

    private static final Duration BETWEEN_TICKS = Duration.ofSeconds(2);

    public Helm {
        environment = Map.copyOf(environment);
    }

    /**
     * That which {@code HELM} names, else the first on {@code PATH}; null if there is none.
     *
     * @param environment the command's
     */
    public static @Nullable Helm find(Map<String, String> environment) {
        String named = environment.getOrDefault("HELM", "");
        if (!named.isEmpty()) {
            return Files.isExecutable(Path.of(named)) ? new Helm(Path.of(named), environment) : null;
        }
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(environment.getOrDefault("PATH", ""))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "helm"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new Helm(program, environment))
                .orElse(null);
    }

    /**
     * Runs it to its end.
     *
     * @param out is given the lines of standard output, {@code err} those of standard error
     * @param tick is called every two seconds meanwhile
     * @return its exit code
     * @throws IOException if it can't be started
     */
    public int run(List<String> arguments, Consumer<String> out, Consumer<String> err, Runnable tick)
            throws IOException {
        List<String> line = new ArrayList<>();
        line.add(program.toString());
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        Process process = builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        Thread outReader = Thread.startVirtualThread(() -> read(process.getInputStream(), out));
        Thread errReader = Thread.startVirtualThread(() -> read(process.getErrorStream(), err));
        try {
            while (!process.waitFor(BETWEEN_TICKS.toMillis(), TimeUnit.MILLISECONDS)) {
                tick.run();
            }
            outReader.join();
            errReader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void read(InputStream from, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
