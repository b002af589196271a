/**
 * The admin API of a running control plane: status for people and tools, what should run for the supervisor.
 *
 * <p>In: read-only views of the other stages. Out: JSON over HTTP on loopback, for the holder of the token that lies in
 * the owner-only state folder. Only liveness and readiness answer without it.
 *
 * <p>Never here: secrets; decisions about the mesh.
 */
@NullMarked
package io.weir.controlplane.admin;

import org.jspecify.annotations.NullMarked;
