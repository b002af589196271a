/**
 * Between versions of one object, through the hub version, without losing anything.
 *
 * <p>In: an object as JSON, of any released version, as stored: perhaps malformed. Out: the same object in another
 * version. What the target version cannot say travels in annotations under {@code conv.weir.io/}.
 * Never here: validation, look-ups, failure, a change of list order, a default for an absent field.
 */
@NullMarked
package io.weir.smi.convert;

import org.jspecify.annotations.NullMarked;
