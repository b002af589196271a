/**
 * What the API server asks about SMI objects: to convert them between versions, and whether they may be written.
 *
 * <p>In: a ConversionReview or an AdmissionReview as a tree. Out: the answer as a tree, for the same uid. The rules
 * themselves are in {@link io.weir.smi.convert} and {@link io.weir.smi.validate}.
 *
 * <p>Never here: a conversion that fails because of what is stored, which would break every list of that kind; a
 * conversion that looks anything up; an object let through that says more than it was judged by.
 */
@NullMarked
package io.weir.injector.smi;

import org.jspecify.annotations.NullMarked;
