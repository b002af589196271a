/**
 * Edges in Prometheus' text format, in the words of several meshes, so that queries that exist already find what they ask for.
 *
 * <p>In: totals of edges and the objects of the mesh. Out: text. Pure, but for the route that fetches both.
 */
@NullMarked
package io.weir.telemetry.dialect;

import org.jspecify.annotations.NullMarked;
