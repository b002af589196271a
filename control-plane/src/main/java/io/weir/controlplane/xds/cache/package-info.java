/**
 * What each connected proxy has been sent, has accepted and still needs.
 *
 * <p>In: {@link io.weir.controlplane.xds.resource.ProxySnapshot}s, pulled from a {@link
 * io.weir.controlplane.xds.cache.SnapshotSource} when a proxy first asks and when the world changed; the requests of
 * the proxies' ADS streams. Out: responses, at most one unacknowledged for each type of a stream, in make-before-break
 * order. The work for a change is in proportion to the change: layers are compared by identity, a shared layer's
 * difference is computed once for all proxies, and a stream examines only the names that changed.
 *
 * <p>Never here: what a resource means; who a proxy is (the stream comes with its authenticated key); a lock held for
 * more than one stream.
 */
@NullMarked
package io.weir.controlplane.xds.cache;

import org.jspecify.annotations.NullMarked;
