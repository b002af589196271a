/**
 * The mesh as plain values: services, workloads, routes, grants, endpoints.
 *
 * <p>In: nothing; these records are made by {@link io.weir.controlplane.model.build}. Out: what policy and
 * translation read. The records know neither SMI nor Kubernetes nor Envoy, so that another routing API can feed
 * them: a route is ordered matches to weighted backends with a generic parent, a grant is sources and scope with a
 * generic origin. Collections are sorted where they are made, so that equal meshes are equal values.
 *
 * <p>Never here: I/O, clocks, logging, SMI types.
 */
@NullMarked
package io.weir.controlplane.model;

import org.jspecify.annotations.NullMarked;
