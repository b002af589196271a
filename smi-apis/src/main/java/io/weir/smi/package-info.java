/**
 * The Service Mesh Interface in every released version: kinds, types, reading.
 *
 * <p>In: objects as JSON, of any version, perhaps malformed. Out: the typed hub version of each object that is well
 * formed ({@link io.weir.smi.SmiReader}), and what is wrong with it as {@link io.weir.smi.Violation}s. The packages
 * below hold the types of each version, the conversion between versions and the validation; the resources under {@code
 * crds/} tell Kubernetes of the same versions and fields.
 *
 * <p>Never here: what an object means for traffic, references between objects, I/O, Kubernetes clients.
 */
@NullMarked
package io.weir.smi;

import org.jspecify.annotations.NullMarked;
