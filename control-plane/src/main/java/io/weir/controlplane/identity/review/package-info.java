/**
 * Tokens that a cluster signs: what its API server says of a bound ServiceAccount token.
 *
 * <p>In: a text that claims to be a token. Out: whose pod it is of, or why it proves nothing. The API server is asked
 * every time, because it alone knows whether the pod is still there; only while it can't be asked does a recent answer
 * count once more.
 *
 * <p>Never here: a token in a log or in memory once it was judged; what a pod may do.
 */
@NullMarked
package io.weir.controlplane.identity.review;

import org.jspecify.annotations.NullMarked;
