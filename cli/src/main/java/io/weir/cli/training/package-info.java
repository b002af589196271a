/** What stands in for a cluster while the ahead-of-time cache is made: no part of it runs otherwise. */
@NullMarked
package io.weir.cli.training;

import org.jspecify.annotations.NullMarked;
