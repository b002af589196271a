/** Live requests as people read them: a line each, or a table by path. */
@NullMarked
package io.weir.cli.tap;

import org.jspecify.annotations.NullMarked;
