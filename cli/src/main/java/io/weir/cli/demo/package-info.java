/**
 * {@code weir demo}: runs the bookstore of {@code examples/}, moves a canary through it by editing its manifest, and
 * judges what its clients observed.
 *
 * <p>In: a copy of the examples in a folder of its own, and what the example apps count ({@code GET /stats}). Out: a
 * table for people, a verdict for scripts.
 *
 * <p>Never here: a number that a client did not count, or a way into the mesh that a user does not have.
 */
@NullMarked
package io.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
