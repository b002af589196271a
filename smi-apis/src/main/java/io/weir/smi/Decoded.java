package io.weir.smi;

import java.util.List;

/** What came of reading an object. */
public sealed interface Decoded {

    List<Violation> violations();

    /**
     * The object is usable.
     *
     * @param violations warnings, and errors about single {@code sources} of a TrafficTarget: those sources were left
     *     out of the object and the others stand (S21), which can only narrow what is allowed
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
