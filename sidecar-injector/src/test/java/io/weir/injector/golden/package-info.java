/**
 * Pods in and out, case by case.
 *
 * <p>A case is a folder: {@code case.yaml} says why it exists, what the namespace says and which parts of the pod are shown;
 * {@code pod.yaml} is the pod as its author wrote it; {@code out} is what becomes of it.
 */
@NullMarked
package io.weir.injector.golden;

import org.jspecify.annotations.NullMarked;
