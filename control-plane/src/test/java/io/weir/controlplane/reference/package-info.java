/**
 * A second opinion: what a request should meet, decided straight from the manifests' objects in a few dozen lines, and
 * random meshes to compare it on.
 *
 * <p>In: manifests as text ({@link io.weir.controlplane.reference.Yaml}, {@link
 * io.weir.controlplane.reference.RandomMesh}). Out: {@link io.weir.controlplane.reference.ReferenceEvaluator}'s verdicts.
 * It must never read the mesh model or anything made from it, else it would repeat the model's errors.
 */
@NullMarked
package io.weir.controlplane.reference;

import org.jspecify.annotations.NullMarked;
