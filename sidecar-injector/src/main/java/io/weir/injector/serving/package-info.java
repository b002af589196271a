/**
 * The certificate that the webhooks show, and that the API server knows its root.
 *
 * <p>In: a Secret that all replicas share, webhook configurations and CRDs. Out: a key for each handshake; a true caBundle
 * wherever the API server is told to call Weir. A small authority of its own, apart from the mesh's: it signs nothing else.
 *
 * <p>Never here: a certificate shown before its root was given out; a write that another replica would undo; a key in a log.
 */
@NullMarked
package io.weir.injector.serving;

import org.jspecify.annotations.NullMarked;
