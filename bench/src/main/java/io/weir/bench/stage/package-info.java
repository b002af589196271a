/** What each pure stage between a change and the wire takes alone, by JMH. */
@NullMarked
package io.weir.bench.stage;

import org.jspecify.annotations.NullMarked;
