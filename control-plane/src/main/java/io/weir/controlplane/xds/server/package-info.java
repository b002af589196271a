/**
 * The xDS port: gRPC over TLS, who may open a stream, and what the connected proxies look like from outside.
 *
 * <p>In: connections of proxies, with credentials. Out: authenticated {@link io.weir.controlplane.xds.cache.AdsStream}s,
 * and the status of every connected proxy. Each stream is bound for life to the identity its credential proved;
 * configuration and keys follow from that alone. A node id is a hint that can only do harm: one that names another
 * workload ends the stream.
 *
 * <p>Never here: a plaintext port; what is sent to whom and when ({@code xds.cache} decides); a thread that waits for a
 * slow proxy.
 */
@NullMarked
package io.weir.controlplane.xds.server;

import org.jspecify.annotations.NullMarked;
