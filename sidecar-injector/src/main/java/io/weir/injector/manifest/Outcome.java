package io.weir.injector.manifest;

/**
 * What became of a pod, or of the template of one.
 *
 * @param object whose it is: {@code Deployment shop/web}
 * @param why for people; empty where the result says all
 */
public record Outcome(String object, Result result, String why) {

    /** Whether the document changed. */
    public enum Result {
        INJECTED,
        REMOVED,
        /** As it was. */
        KEPT,
        /** It must not run as it is, nor with a sidecar. */
        REFUSED
    }

    boolean changed() {
        return result == Result.INJECTED || result == Result.REMOVED;
    }
}
