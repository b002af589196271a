package io.weir.controlplane.xds.cache;

/**
 * How far one stream is with one type.
 *
 * @param subscribed names the proxy asks for; with a wildcard, all that it was sent
 * @param sent resources it was sent and should hold
 * @param acked those of them that it accepted in the version sent last
 * @param lastVersionInfo a fingerprint of all names and versions sent; empty before the first response
 */
public record TypeStatus(int subscribed, int sent, int acked, String lastVersionInfo, Sync sync) {

    /** Whether the proxy has what it should have. */
    public enum Sync {
        SYNCED,
        PENDING,
        /** It refused a resource, and keeps the last good one. */
        NACKED
    }
}
