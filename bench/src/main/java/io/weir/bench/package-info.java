/**
 * How fast a change reaches every sidecar, and what that costs: Weir and java-control-plane's own cache, one after the
 * other on the same machine, with the same clients and the same mesh; or any other server, with what it has.
 *
 * <p>In: sizes. Out: a table, and the same as JSON. Times are those of one monotonic clock, from just before a change is
 * written until a client has received it; CPU, memory and bytes are what the system counts.
 */
@NullMarked
package io.weir.bench;

import org.jspecify.annotations.NullMarked;
