/**
 * What is wrong with an SMI object, judged alone.
 *
 * <p>In: an object as JSON, of any released version. Out: violations. Admission, offline validation and the model
 * builder all ask here, so that they agree. References to other objects are not followed.
 * Never here: exceptions for malformed input, whatever its shape.
 */
@NullMarked
package io.weir.smi.validate;

import org.jspecify.annotations.NullMarked;
