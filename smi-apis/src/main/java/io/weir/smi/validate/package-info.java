/**
 * What is wrong with an SMI object, judged alone.
 *
 * <p>In: an object as JSON, of any released version. Out: violations, {@code WEIR101} to {@code WEIR121}. Admission,
 * offline validation and the model builder all ask here, so that they agree. Where the requirements left room:
 *
 * <ul>
 *   <li>empty or missing {@code sources} or {@code rules} are an error in TrafficTarget v1alpha3, and a warning in the
 *       older versions, which allow them; either way the object reads as one that allows nobody, or nothing;
 *   <li>a source that is malformed or of an unknown kind is an error, but the rest of its TrafficTarget stands; an error
 *       anywhere else takes the whole object out of force, because a rule left out could widen its neighbours (S14);
 *   <li>a field that another version has and whose loss would widen access or a split ({@code destination.port} in
 *       v1alpha3, {@code ports} before v1alpha4, {@code matches} in a split before v1alpha3) is an error, not ignored;
 *   <li>an unknown field is a warning, but an error inside a rule or an HTTP match, where it may be a misspelt
 *       restriction;
 *   <li>a regex is ASCII, because Envoy 1.36 matches UTF-8 characters and 1.40 bytes.
 * </ul>
 *
 * <p>Never here: references to other objects; exceptions for malformed input, whatever its shape.
 */
@NullMarked
package io.weir.smi.validate;

import org.jspecify.annotations.NullMarked;
