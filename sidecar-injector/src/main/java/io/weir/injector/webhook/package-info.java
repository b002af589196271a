/**
 * The web server that the API server calls: all admission and conversion of the mesh.
 *
 * <p>In: reviews over HTTPS, from anybody who can reach the port. Out: an answer for each, and nothing else; counts of them.
 *
 * <p>Never here: a decision (those are pure functions elsewhere); trust in what a review says of its sender; a stack trace
 * in an answer.
 */
@NullMarked
package io.weir.injector.webhook;

import org.jspecify.annotations.NullMarked;
