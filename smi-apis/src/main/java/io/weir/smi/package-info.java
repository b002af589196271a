/** The Service Mesh Interface in every released version: types, validation, conversion, CRDs. */
@NullMarked
package io.weir.smi;

import org.jspecify.annotations.NullMarked;
