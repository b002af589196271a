/**
 * What the replicas of a control plane tell each other. Each serves its own proxies and sees no other's.
 *
 * <p>In: what one replica knows. Out: what every live replica knows, by a Lease of each that it renews while it lives.
 *
 * <p>Never here: secrets; anything that a proxy's configuration depends on.
 */
@NullMarked
package io.weir.controlplane.replicas;

import org.jspecify.annotations.NullMarked;
