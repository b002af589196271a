/**
 * The CustomResourceDefinitions of SMI in a cluster, and what is stored under them.
 *
 * <p>In: a client of the API server. Out: definitions as Weir needs them, whoever made them first; and objects that are
 * all stored in the version that Weir reads.
 *
 * <p>Never here: an object deleted, or changed in what it says; a definition replaced by one that can't read what is
 * stored under it; a caBundle lost; a stored version struck off the list while an object may still be of it.
 */
@NullMarked
package io.weir.injector.crd;

import org.jspecify.annotations.NullMarked;
