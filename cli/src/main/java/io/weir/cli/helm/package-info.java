/**
 * Helm as a program that the command runs.
 *
 * <p>In: arguments. Out: what it printed, line by line, and its exit code. Never here: what a verb does.
 */
@NullMarked
package io.weir.cli.helm;

import org.jspecify.annotations.NullMarked;
