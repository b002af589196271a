/**
 * From one object, as a JSON tree, to the record that the mesh keeps of it: the same for a folder and for a cluster.
 *
 * <p>In: an object and its name. Out: a record, and what is wrong with the object as {@link
 * io.weir.controlplane.source.decode.Fields.Finding}s.
 *
 * <p>Never here: where the object came from, other objects, an exception for what a person wrote.
 */
@NullMarked
package io.weir.controlplane.source.decode;

import org.jspecify.annotations.NullMarked;
