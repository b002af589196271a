/**
 * Where the certificate authority's state is kept, and where a root of the owner's own comes from.
 *
 * <p>In: text that holds keys. Out: the same text, with a version by which writers don't overrun each other.
 *
 * <p>Never here: what the text says; keys in messages.
 */
@NullMarked
package io.weir.controlplane.identity.ca.store;

import org.jspecify.annotations.NullMarked;
