/** A real kube-apiserver with its etcd, for tests. */
@NullMarked
package io.weir.testing.kube;

import org.jspecify.annotations.NullMarked;
