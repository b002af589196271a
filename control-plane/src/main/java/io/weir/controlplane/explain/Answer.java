package io.weir.controlplane.explain;

/** What came of a question. */
public sealed interface Answer permits Explanation, Answer.Unanswerable {

    /** The question names something that is not in the mesh. */
    record Unanswerable(String reason, String fix) implements Answer {}
}
