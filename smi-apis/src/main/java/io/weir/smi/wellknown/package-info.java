/**
 * What the injector, the sidecar and the control plane must agree on: labels, annotations, ports and names.
 *
 * <p>In: nothing. Out: constants that are part of Weir's interface; changing one breaks pods that run.
 *
 * <p>Never here: anything that only one of the three has to know.
 */
@NullMarked
package io.weir.smi.wellknown;

import org.jspecify.annotations.NullMarked;
