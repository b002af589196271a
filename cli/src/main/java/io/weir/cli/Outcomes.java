package io.weir.cli;

import io.weir.cli.output.Style;
import io.weir.injector.manifest.Outcome;
import io.weir.injector.manifest.Outcome.Result;
import java.util.List;

/** What became of pods, for people. */
record Outcomes(List<Outcome> all, Style style) {

    List<String> lines() {
        return all.stream().map(this::line).toList();
    }

    private String line(Outcome outcome) {
        String word = switch (outcome.result()) {
            case INJECTED -> style.good("injected");
            case REMOVED -> style.good("removed");
            case KEPT -> style.faint("as it was");
            case REFUSED -> style.bad("refused");
        };
        String why = outcome.why().indexOf('\n') < 0
                ? outcome.why()
                : "\n  " + outcome.why().replace("\n", "\n  ");
        return word + "  " + outcome.object() + (why.isEmpty() ? "" : ": " + why);
    }

    /** @param done what a pod did that had this result */
    String sum(Result result, String done, String file) {
        if (all.isEmpty()) {
            return style.warn("!") + " no pod and no template of one in " + file;
        }
        long count = all.stream().filter(one -> one.result() == result).count();
        return (count == 0 ? style.warn("!") : style.tick()) + " " + count + " of " + all.size()
                + (all.size() == 1 ? " pod " : " pods and templates ") + done;
    }
}
