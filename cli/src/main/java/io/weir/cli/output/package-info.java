/**
 * How the command line prints: results on standard output as table, JSON or YAML, everything else on standard error.
 *
 * <p>In: plain trees of maps, lists, text, numbers and truth values, or rows. Out: text. Colour and marks beyond ASCII
 * appear only where the terminal has them. Never here: what a verb does.
 */
@NullMarked
package io.weir.cli.output;

import org.jspecify.annotations.NullMarked;
