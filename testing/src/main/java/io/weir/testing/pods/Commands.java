package io.weir.testing.pods;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs that are run to their end. */
final class Commands {

    private Commands() {}

    /**
     * What the program printed.
     *
     * @param command words separated by single blanks
     * @throws IOException if it isn't there or fails
     */
    static String run(String command) throws IOException {
        List<String> words = List.of(command.split(" ", -1));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new IOException("`" + command + "` failed (exit " + code + "): " + output.strip());
        }
        return output;
    }
}
