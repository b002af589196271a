package io.weir.telemetry.denial;

/**
 * How many denials are kept. One takes about 600 bytes.
 *
 * @param all of the mesh
 * @param ofSidecar of one, so that one that denies a lot leaves room for others
 * @param perSecond of one sidecar, that are taken in at all
 */
public record DenialLimits(int all, int ofSidecar, int perSecond) {

    /** 10,000; 200; 100. */
    public static DenialLimits usual() {
        return new DenialLimits(10_000, 200, 100);
    }
}
