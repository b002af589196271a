package io.weir.cli.demo;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.cli.manifest.AtomicFile;
import io.weir.cli.manifest.SplitEdit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bookstore's TrafficSplit, edited as {@code weir split set} edits it. */
final class SplitManifest implements Walk.Split {

    private static final SplitEdit.Wanted WANTED = new SplitEdit.Wanted("shop", "bookstore");
    private static final String V1 = "bookstore-v1";
    private static final String V2 = "bookstore-v2";

    private final Path file;

    SplitManifest(Path file) {
        this.file = file;
    }

    @Override
    public void set(Weights weights) throws IOException {
        switch (edit(weights)) {
            case SplitEdit.Edited edited -> AtomicFile.replace(file, edited.text());
            case SplitEdit.Absent _ ->
                throw new IOException(file + " has no TrafficSplit " + Bookstore.SPLIT + "; run weir demo again");
            case SplitEdit.Refused refused -> throw new IOException(file + ": " + refused.reason());
        }
    }

    @Override
    public @Nullable Weights get() {
        try {
            // What an edit would replace is what stands there now.
            if (!(edit(new Weights(0, 0)) instanceof SplitEdit.Edited edited)) {
                return null;
            }
            Map<String, Integer> found = new TreeMap<>();
            for (SplitEdit.Change change : edited.changes()) {
                found.put(change.service(), Integer.parseInt(change.before()));
            }
            return new Weights(found.getOrDefault(V1, 0), found.getOrDefault(V2, 0));
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    private SplitEdit edit(Weights weights) throws IOException {
        return SplitEdit.apply(
                Files.readString(file), WANTED, Map.of(V1, (long) weights.v1(), V2, (long) weights.v2()));
    }
}
