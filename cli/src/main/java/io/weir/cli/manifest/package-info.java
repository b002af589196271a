/**
 * Changes of manifests that keep all else of a file: comments, order and formatting stay byte for byte.
 *
 * <p>In: a file's text and what to change. Out: the new text, or why not; nothing is written here but by
 * {@code AtomicFile}. Never here: printing, options.
 */
@NullMarked
package io.weir.cli.manifest;

import org.jspecify.annotations.NullMarked;
