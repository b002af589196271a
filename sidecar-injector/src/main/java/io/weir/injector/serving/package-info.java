/**
 * The certificate that webhooks and the metrics API show, and that the API server knows its root.
 *
 * <p>In: a Secret that all replicas of a program share; webhook configurations, CRDs and APIServices. Out: a key for each
 * handshake; a true caBundle wherever the API server is told to call that program. A small authority of the program's own,
 * apart from the mesh's: it signs nothing else.
 *
 * <p>Never here: a certificate shown before its root was given out; a write that another replica would undo; a key in a log.
 */
@NullMarked
package io.weir.injector.serving;

import org.jspecify.annotations.NullMarked;
