/**
 * Simulated sidecars: one TCP connection each, that speak xDS as Envoy does and understand no more of it than they need.
 *
 * <p>In: where a server listens and who the clients are. Out: every response, with the time when it came, to whoever
 * watches; bytes; who was refused. A response is decoded at its top level only, so that the clients cost a machine that
 * they share with the server as little as may be.
 */
@NullMarked
package io.weir.bench.client;

import org.jspecify.annotations.NullMarked;
