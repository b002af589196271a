package io.weir.controlplane.explain;

/** One condition that does not hold, and how it reads after "but". */
record Failure(Miss miss, String text) {}
