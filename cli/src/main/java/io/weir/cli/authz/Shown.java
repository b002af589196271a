package io.weir.cli.authz;

import io.weir.telemetry.denial.DenialReport.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Which denials were printed, by their ids. They are remembered beyond the look that had them: a replica that does not answer one
 * look has them all again in the next. Used by one thread.
 */
public final class Shown {

    /** What ten replicas keep at most, about 10 MB; those that no look had for the longest time are forgotten first. */
    private static final int MOST = 100_000;

    private final int most;
    private final SequencedSet<String> ids = new LinkedHashSet<>();

    public Shown() {
        this(MOST);
    }

    Shown(int most) {
        this.most = most;
    }

    /** Those of a look that no earlier one had, each once; all of it counts as printed from now on. */
    public List<Entry> fresh(List<Entry> look) {
        List<Entry> fresh = new ArrayList<>();
        for (Entry entry : look) {
            if (!ids.contains(entry.id())) {
                fresh.add(entry);
            }
            ids.addLast(entry.id());
        }
        // Never those of this look, or the next would have them anew.
        int kept = Math.max(most, look.size());
        while (ids.size() > kept) {
            ids.removeFirst();
        }
        return List.copyOf(fresh);
    }
}
