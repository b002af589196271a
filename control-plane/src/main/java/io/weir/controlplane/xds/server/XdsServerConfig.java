package io.weir.controlplane.xds.server;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The xDS port's limits.
 *
 * @param address where to listen; port 0 takes a free one
 * @param mostConnections open streams; one more is turned down
 * @param maxInboundMessageSize bytes of one request. A reconnecting proxy lists every resource it holds
 * @param keepAlive silence after which a proxy is asked for a sign of life
 * @param keepAliveTimeout how long it may take to give one
 */
public record XdsServerConfig(
        InetSocketAddress address,
        int mostConnections,
        int maxInboundMessageSize,
        Duration keepAlive,
        Duration keepAliveTimeout) {

    /** 5,000 streams, 4 MiB requests, keepalive after 30 s with 10 s to answer. */
    public static XdsServerConfig at(InetSocketAddress address) {
        return new XdsServerConfig(address, 5_000, 4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10));
    }
}
