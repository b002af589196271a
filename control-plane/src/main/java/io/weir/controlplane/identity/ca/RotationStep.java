package io.weir.controlplane.identity.ca;

/** What a look at the rotation of the root led to. */
public sealed interface RotationStep {

    /** Where a rotation is. */
    enum Phase {
        /** One root, which signs. */
        STEADY,
        /** The new root is trusted beside the old one, which still signs. */
        DISTRIBUTING,
        /** The new root signs; the old one is trusted until its last certificate has ended. */
        SIGNING_NEW
    }

    /** Nothing to do, or not yet. {@code waitingFor} is empty in {@link Phase#STEADY}, else one clause for people. */
    record Stayed(Phase phase, String waitingFor) implements RotationStep {}

    /**
     * The roots or the signer changed, and the change is on the disk: send the bundle, and new certificates to those
     * whom {@link WorkloadCertificates#due} names.
     */
    record Moved(Phase from, Phase to) implements RotationStep {}
}
