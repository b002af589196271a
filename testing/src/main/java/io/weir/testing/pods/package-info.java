/**
 * Pods without a cluster: network namespaces on a switch of their own, with apps inside that do what a test says.
 *
 * <pre>{@code
 * try (PodNetwork network = PodNetwork.create()) {
 *     Pod store = network.pod("store");
 *     store.serve("http", 8080);
 *     Pod buyer = network.pod("buyer");
 *     assertThat(buyer.get(store.ipv4(), 8080, "/").status()).isEqualTo(200);
 * }
 * }</pre>
 *
 * <p>In: root, and the programs {@code ip} and {@code python3}. Out: pods with an IPv4 and an IPv6 address, which reach
 * each other and this JVM and nothing else. All ends with the JVM, even if that is killed, but for the names of the
 * namespaces, which the next run removes.
 *
 * <p>Never here: anything of Weir.
 */
@NullMarked
package io.weir.testing.pods;

import org.jspecify.annotations.NullMarked;
