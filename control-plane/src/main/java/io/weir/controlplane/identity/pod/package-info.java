/**
 * What a pod certificate says beyond a workload's: which pod it was made for, by uid, so that no other pod of the account
 * and no later one of the name can use it.
 *
 * <p>In: a pod, or a certificate. Out: an extension, or the pod that it names.
 *
 * <p>Never here: whether the pod is still there.
 */
@NullMarked
package io.weir.controlplane.identity.pod;

import org.jspecify.annotations.NullMarked;
