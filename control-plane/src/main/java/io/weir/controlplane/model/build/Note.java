package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState;

/** A finding before it is known where its object stands: so that moving an object in its file changes no finding. */
record Note(Severity severity, Code code, ObjectRef object, String field, String message, String fix) {

    static Note error(Code code, ObjectRef object, String field, String message, String fix) {
        return new Note(Severity.ERROR, code, object, field, message, fix);
    }

    static Note warning(Code code, ObjectRef object, String field, String message, String fix) {
        return new Note(Severity.WARNING, code, object, field, message, fix);
    }

    static Note info(Code code, ObjectRef object, String field, String message, String fix) {
        return new Note(Severity.INFO, code, object, field, message, fix);
    }

    Diagnostic in(ClusterState state) {
        return new Diagnostic(severity, code.code(), object, field, message, fix, state.location(object, field));
    }
}
