package io.weir.controlplane.source.decode;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what someone probably meant. */
public final class Suggest {

    private static final int MOST_EDITS = 2;
    private static final int LONGEST = 64;

    private Suggest() {}

    /** The known word within two edits, ignoring case; null if there is none. */
    public static @Nullable String nearest(String written, Collection<String> known) {
        String best = null;
        int fewest = MOST_EDITS + 1;
        if (written.length() > LONGEST) {
            return null;
        }
        for (String word : known) {
            int edits = edits(written.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
            if (edits < fewest && edits < word.length() - 1) {
                fewest = edits;
                best = word;
            }
        }
        return best;
    }

    /** Text for a message, cut to a readable length. */
    public static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    /** Insertions, deletions, replacements. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
