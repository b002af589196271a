/**
 * The meshes that servers are given: made from a few numbers, the same each time, and changed in two ways while clients
 * watch.
 */
@NullMarked
package io.weir.bench.mesh;

import org.jspecify.annotations.NullMarked;
