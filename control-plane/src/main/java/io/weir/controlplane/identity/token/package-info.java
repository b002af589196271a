/**
 * Tokens that Weir signs itself (JWT, ES256), with which a proxy on this machine proves who it is.
 *
 * <p>In: who a token is for, or a text that claims to be a token. Out: the text, or a verdict. Whatever the text, the
 * verdict is a value: nothing in a token is read before its signature is known to be ours, and nothing of a refused one
 * is repeated.
 */
@NullMarked
package io.weir.controlplane.identity.token;

import org.jspecify.annotations.NullMarked;
