package io.weir.controlplane.explain;

/** Why a grant does not let a request pass, from the farthest miss to the nearest. */
public enum Miss {
    /** The caller has no sidecar, so nobody vouches for who it is. */
    PLAINTEXT,
    /** Nothing is granted at the destination's account. */
    NO_TARGET,
    /** Something is granted there, but not to this caller. */
    NO_SOURCE,
    /** The rules are for another protocol than the port speaks. */
    PROTOCOL,
    PORT,
    PATH,
    METHOD,
    HEADER_MISSING,
    HEADER_VALUE
}
