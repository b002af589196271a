/**
 * Says what the mesh does with one request, and why.
 *
 * <p>In: {@link io.weir.controlplane.model.MeshModel} and a {@link io.weir.controlplane.explain.Question}. Out: an
 * {@link io.weir.controlplane.explain.Answer}: the backends and their shares, and for each account behind them whether
 * it lets the request pass, by which grant, or what was missing. It judges the model alone and builds no Envoy
 * configuration, so that the two can be compared.
 *
 * <p>Never here: I/O, Envoy types, how an answer is printed.
 */
@NullMarked
package io.weir.controlplane.explain;

import org.jspecify.annotations.NullMarked;
