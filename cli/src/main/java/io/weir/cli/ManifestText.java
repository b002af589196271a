package io.weir.cli;

import io.weir.injector.manifest.ManifestSyntaxException;
import io.weir.injector.manifest.Rewritten;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Documents from a file or from standard input.
 *
 * @param name for people
 */
record ManifestText(String name, String text) {

    /** @param file {@code -} is standard input */
    static ManifestText read(Path file, InputStream in) {
        boolean standardInput = file.toString().equals("-");
        String name = standardInput ? "<stdin>" : file.toString();
        try {
            byte[] bytes = standardInput ? in.readAllBytes() : Files.readAllBytes(file);
            // What is no text must not come out changed.
            return new ManifestText(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (NoSuchFileException e) {
            throw new Failure("there is no " + name, "check the path; - reads standard input");
        } catch (CharacterCodingException e) {
            throw new Failure(name + " is no UTF-8 text", "save it as UTF-8");
        } catch (IOException e) {
            String hint = Files.isDirectory(file) ? "name one file; - reads standard input" : "check its permissions";
            throw new Failure("can't read " + name + ": " + Failure.text(e), hint);
        }
    }

    Rewritten rewrite(Function<String, Rewritten> change) {
        try {
            return change.apply(text);
        } catch (ManifestSyntaxException e) {
            throw new Failure(name + ":" + e.line() + ": " + e.getMessage(), "correct the text around this line");
        }
    }
}
