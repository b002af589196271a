/**
 * Weir as users have it: installed by its chart into a cluster with a kubelet, which {@code KUBECONFIG} names.
 *
 * <p>Tests make namespaces of their own and remove them; {@link Release} installs Weir and changes its values. They run
 * one after the other, since the installation is all theirs. {@code scripts/cluster-tests} runs them.
 */
@NullMarked
package io.weir.e2e.node;

import org.jspecify.annotations.NullMarked;
