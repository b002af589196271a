package io.weir.bench;

/** What can be measured by itself. */
enum Part {
    /** The usual mesh in a cluster, in delta: weights, churn, connects, a restart. */
    USUAL,
    /** Weights there in the state of the world. */
    STATE_OF_THE_WORLD,
    /** Clients that never read, there. */
    STUCK,
    /** A folder instead of a cluster, with real Envoys. */
    FOLDER,
    /** Weights in meshes of other sizes. */
    GROWTH
}
