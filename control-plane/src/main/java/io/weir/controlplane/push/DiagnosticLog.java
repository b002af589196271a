package io.weir.controlplane.push;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.push.Pipeline.WorldListener;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says each finding once, when it first holds, and once more when it holds no longer: whoever saves a file reads here
 * what became of it. Findings of severity INFO are left to {@code weir validate}.
 */
public final class DiagnosticLog implements WorldListener {

    private static final Logger log = LoggerFactory.getLogger(DiagnosticLog.class);

    private Set<Diagnostic> known = Set.of();

    @Override
    public synchronized void changed(World world) {
        Set<Diagnostic> now = new LinkedHashSet<>(world.state().diagnostics());
        now.addAll(world.built().diagnostics());
        now.removeIf(diagnostic -> diagnostic.severity() == Diagnostic.Severity.INFO);
        for (Diagnostic diagnostic : now) {
            if (!known.contains(diagnostic)) {
                say(diagnostic);
            }
        }
        long mended =
                known.stream().filter(diagnostic -> !now.contains(diagnostic)).count();
        if (mended > 0) {
            log.info("{} of the findings before hold no longer, {} hold", mended, now.size());
        }
        known = now;
    }

    private static void say(Diagnostic diagnostic) {
        String place = diagnostic.location() == null ? "" : diagnostic.location() + " ";
        String field = diagnostic.field().isEmpty() ? "" : " " + diagnostic.field();
        String line = "[" + diagnostic.code() + "] " + place + "(" + diagnostic.object() + ")" + field + ": "
                + diagnostic.message() + " Fix: " + diagnostic.fix();
        switch (diagnostic.severity()) {
            case ERROR -> log.error("{}", line);
            case WARNING, INFO -> log.warn("{}", line);
        }
    }
}
