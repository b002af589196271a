package io.weir.controlplane.standalone;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one process prints: into its log file, then line by line to whoever watches. */
final class Output implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Output.class);

    /** A longer line is cut into several, so that output without line ends needs no memory. */
    private static final int LONGEST_LINE = 8 * 1024;

    /** A log that has reached this size is set aside once, so that a restarting app can't fill the disk. */
    private static final long LARGEST_LOG = 8L * 1024 * 1024;

    private final Path log;
    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> ended = new ArrayList<>();
    private OutputStream file;
    private long size;

    private Output(Path log, Consumer<String> lines) throws IOException {
        this.log = log;
        this.lines = lines;
        this.size = Files.exists(log) ? Files.size(log) : 0;
        this.file = open(log);
    }

    static Output to(Path log, Consumer<String> lines) throws IOException {
        return new Output(log, lines);
    }

    /** Until the process and all that it started have closed their end. */
    void copy(InputStream printed) {
        try (this;
                printed) {
            byte[] buffer = new byte[LONGEST_LINE];
            int read;
            while ((read = printed.read(buffer)) >= 0) {
                for (int i = 0; i < read; i++) {
                    accept(buffer[i]);
                }
                tell();
            }
            if (line.size() > 0) {
                endLine();
                tell();
            }
        } catch (IOException e) {
            logger.warn("what the process prints is no longer copied to {}", log, e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void accept(byte next) throws IOException {
        if (next == '\n' || line.size() >= LONGEST_LINE) {
            endLine();
        }
        if (next != '\n') {
            line.write(next);
        }
    }

    private void endLine() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (size > LARGEST_LOG) {
            file.close();
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            file = open(log);
            size = 0;
        }
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        file.write(bytes);
        size += bytes.length;
        ended.add(text);
    }

    /** Whoever is told a line finds it in the log. */
    private void tell() throws IOException {
        file.flush();
        ended.forEach(lines);
        ended.clear();
    }

    private static OutputStream open(Path log) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }
}
