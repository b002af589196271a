package io.weir.cli.bugreport;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** A ZIP file that is written part by part; a part that can't be had is told in the last one. */
public final class Bundle implements AutoCloseable {

    /** Tells what is missing, and why. */
    public static final String LEFT_OUT = "left-out.txt";

    private final ZipOutputStream zip;
    private final List<String> leftOut = new ArrayList<>();
    private int parts;

    /** @param to is closed with this */
    public Bundle(OutputStream to) {
        this.zip = new ZipOutputStream(to);
    }

    /**
     * Adds a part.
     *
     * @param content null where there is nothing to tell
     * @throws IOException if the file can't be written
     */
    public void add(String name, Callable<@Nullable String> content) throws IOException {
        String text;
        try {
            text = content.call();
        } catch (KubernetesClientException e) {
            String said = e.getStatus() == null ? null : e.getStatus().getMessage();
            leaveOut(name, Objects.requireNonNullElse(said, String.valueOf(e.getMessage())));
            return;
        } catch (Exception e) {
            leaveOut(name, String.valueOf(e.getMessage()));
            return;
        }
        if (text != null) {
            write(name, text);
        }
    }

    /** Notes that something is not there. */
    public void leaveOut(String what, String why) {
        leftOut.add(what + ": " + Redaction.text(why.strip()));
    }

    private void write(String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        parts++;
    }

    /** How many parts it has. */
    public int parts() {
        return parts;
    }

    /** What is missing, a line each. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    @Override
    public void close() throws IOException {
        write(LEFT_OUT, String.join("\n", leftOut) + "\n");
        zip.close();
    }
}
