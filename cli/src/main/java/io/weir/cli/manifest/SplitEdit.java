package io.weir.cli.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of looking for a TrafficSplit in a file, to change the weights of its backends. */
public sealed interface SplitEdit {

    /**
     * A TrafficSplit.
     *
     * @param namespace null: whichever has the name
     */
    record Wanted(@Nullable String namespace, String name) {}

    /** The weight of one backend, before and after. {@code before} is as written; empty if it was not. */
    record Change(String service, String before, long after) {}

    /** The new text of the file, and every weight that was asked for. */
    record Edited(String text, String namespace, List<Change> changes) implements SplitEdit {
        public Edited {
            changes = List.copyOf(changes);
        }
    }

    /** The file has no such TrafficSplit. */
    record Absent() implements SplitEdit {}

    /** It can't be done; {@code next} says what to do instead. */
    record Refused(String reason, String next) implements SplitEdit {}

    /** Finds the split and edits the text; {@code weights} by backend Service. */
    static SplitEdit apply(String text, Wanted wanted, Map<String, Long> weights) {
        if (!text.startsWith("\ufeff")) {
            return new WeightEditor(text, wanted, weights).edit();
        }
        // The YAML reader drops a byte order mark, and counts its places without it.
        SplitEdit edit = new WeightEditor(text.substring(1), wanted, weights).edit();
        return edit instanceof Edited edited
                ? new Edited("\ufeff" + edited.text(), edited.namespace(), edited.changes())
                : edit;
    }
}
