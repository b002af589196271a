package io.weir.controlplane.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that ends when this JVM does, with all that it started: a small shell script between the two waits for
 * the end of a pipe, which the kernel closes even if this JVM is killed.
 */
final class ChildProcess {

    /**
     * What to run.
     *
     * @param environment the whole environment
     * @param folder the working directory
     * @param log where what it prints is appended
     */
    record Launch(List<String> command, Map<String, String> environment, Path folder, Path log) {}

    private static final Logger logger = LoggerFactory.getLogger(ChildProcess.class);
    private static final String SCRIPT = script();

    private final Process process;
    private final OutputStream words;

    private ChildProcess(Process process) {
        this.process = process;
        this.words = process.getOutputStream();
    }

    /**
     * @param mark in the environment of the process and of what it starts; unique
     * @param lines gets each line that is printed, on a thread of its own
     */
    static ChildProcess start(Launch launch, String mark, Consumer<String> lines) throws IOException {
        // A session of its own: Ctrl-C at the terminal is for the supervisor, which ends its children in order.
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, "weir-child", mark));
        command.addAll(launch.command());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(launch.folder().toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        Output output = Output.to(launch.log(), lines);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            output.close();
            throw e;
        }
        InputStream printed = process.getInputStream();
        Thread.ofPlatform().daemon().name("output of " + process.pid()).start(() -> output.copy(printed));
        return new ChildProcess(process);
    }

    /**
     * Tells its status once it and its process group have ended; above 128: the signal that ended it, plus 128. Called
     * on a thread of the JVM's.
     */
    void onExit(IntConsumer tell) {
        var _ = process.onExit().thenAccept(ended -> {
            // The script may have been killed itself: then its second half still waits for the end of the pipe.
            closeQuietly();
            tell.accept(ended.exitValue());
        });
    }

    /** Of the shell script; it and the command have the same working directory. */
    long pid() {
        return process.pid();
    }

    /** Asks it to end. */
    void terminate() {
        say("term\n");
    }

    /** Ends it. */
    void kill() {
        say("kill\n");
    }

    private void say(String word) {
        try {
            words.write(word.getBytes(StandardCharsets.US_ASCII));
            words.flush();
        } catch (IOException e) {
            logger.debug("it has ended already", e);
        }
    }

    private void closeQuietly() {
        try {
            words.close();
        } catch (IOException e) {
            logger.debug("nobody is left at the other end", e);
        }
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(ChildProcess.class.getResourceAsStream("child.sh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("child.sh is part of this jar", e);
        }
    }
}
