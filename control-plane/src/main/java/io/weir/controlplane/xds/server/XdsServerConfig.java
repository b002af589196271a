package io.weir.controlplane.xds.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The xDS port's limits.
 *
 * @param address where to listen; port 0 takes a free one
 * @param mostConnections open streams; one more is turned down
 * @param maxInboundMessageSize bytes of one request. A reconnecting proxy lists every resource it holds
 * @param keepAlive silence after which a proxy is asked for a sign of life
 * @param keepAliveTimeout how long it may take to give one
 * @param connectionAge after which, a tenth more or less, a connection ends and its proxy comes back, perhaps to another
 *     replica: so that load evens out after one was added; null for none
 */
public record XdsServerConfig(
        InetSocketAddress address,
        int mostConnections,
        int maxInboundMessageSize,
        Duration keepAlive,
        Duration keepAliveTimeout,
        @Nullable Duration connectionAge) {

    /** 5,000 streams, 4 MiB requests, keepalive after 30 s with 10 s to answer, connections of any age. */
    public static XdsServerConfig at(InetSocketAddress address) {
        return new XdsServerConfig(address, 5_000, 4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10), null);
    }

    /** The same where sidecars push what they count: 32 MiB, since one with thousands of peers at several ports tells of all at once. */
    public static XdsServerConfig pushed(InetSocketAddress address) {
        XdsServerConfig usual = at(address);
        return new XdsServerConfig(
                address, usual.mostConnections(), 32 << 20, usual.keepAlive(), usual.keepAliveTimeout(), null);
    }

    /** The same for one replica of several: connections end after about 30 minutes. */
    public static XdsServerConfig replica(InetSocketAddress address) {
        XdsServerConfig alone = at(address);
        return new XdsServerConfig(
                address,
                alone.mostConnections(),
                alone.maxInboundMessageSize(),
                alone.keepAlive(),
                alone.keepAliveTimeout(),
                Duration.ofMinutes(30));
    }
}
