/**
 * One kind of object, followed by listing and watching: what other languages call an informer.
 *
 * <p>In: a client that knows the API server and its credentials. Out: changes of single objects, told in order, and how
 * the conversation with the API server stands. Decision 009 says why this is not the client library's informer.
 *
 * <p>Never here: what an object means, a removal that only a failure suggests, a busy loop while the API server is away.
 */
@NullMarked
package io.weir.controlplane.source.kubernetes.watch;

import org.jspecify.annotations.NullMarked;
