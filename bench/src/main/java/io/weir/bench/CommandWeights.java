package io.weir.bench;

import io.weir.bench.client.Kind;
import io.weir.bench.client.Needle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One that a command changes, wherever that may be: it is run for each round with the weight in its environment, as
 * {@value #VARIABLE}.
 *
 * @param command for {@code sh -c}
 * @param first weight, that of round 0
 * @param log where goes what the command prints
 */
record CommandWeights(String command, int first, Path log) implements Weights {

    static final String VARIABLE = "WEIGHT";

    /** All weights are encoded in as many bytes, and are some that Gateway API takes, of which a million is the most. */
    static final int LEAST = 100_000;

    private static final int FIRST_WEIGHTS = 800_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** From a weight on that an earlier run has not left behind: other runs begin in other seconds. */
    static CommandWeights beginning(Instant now, String command, Path log) {
        return new CommandWeights(command, LEAST + Math.floorMod(now.getEpochSecond(), FIRST_WEIGHTS), log);
    }

    @Override
    public int weight(int round) {
        return first + round;
    }

    @Override
    public Needle needle(int round) {
        return Needle.weight(weight(round));
    }

    /** Routes may come in a listener, and endpoints have weights too. */
    @Override
    public boolean mayBeIn(Kind kind) {
        return true;
    }

    /** @throws IOException if the command does not end, or not well */
    @Override
    public long weigh(int round) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put(VARIABLE, Integer.toString(weight(round)));
        long began = System.nanoTime();
        Process process = builder.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the change did not end within " + PATIENCE.toSeconds() + " s" + printed());
        }
        if (process.exitValue() != 0) {
            throw new IOException("the change ended with " + process.exitValue() + printed());
        }
        return began;
    }

    private String printed() throws IOException {
        return "; so far it has printed:\n" + Files.readString(log);
    }
}
