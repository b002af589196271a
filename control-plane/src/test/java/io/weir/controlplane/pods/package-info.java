/**
 * Pods with real Envoys, the kernel's redirection as the injector sets it up, and a control plane in this JVM: what
 * traffic in a cluster does, without a cluster.
 */
@NullMarked
package io.weir.controlplane.pods;

import org.jspecify.annotations.NullMarked;
