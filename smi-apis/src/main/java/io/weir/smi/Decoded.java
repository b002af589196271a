package io.weir.smi;

import java.util.List;

/** What came of reading an object. */
public sealed interface Decoded {

    List<Violation> violations();

    /**
     * The object is usable.
     *
     * @param violations warnings, and errors that can only narrow what is allowed: single {@code sources} of a
     *     TrafficTarget were left out and the others stand (S21), or there are no sources or rules at all (S6)
     */
    record Valid(SmiObject object, List<Violation> violations) implements Decoded {
        public Valid {
            violations = List.copyOf(violations);
        }
    }

    /**
     * The object has no effect.
     *
     * @param violations at least one error
     */
    record Invalid(List<Violation> violations) implements Decoded {
        public Invalid {
            violations = List.copyOf(violations);
        }
    }
}
