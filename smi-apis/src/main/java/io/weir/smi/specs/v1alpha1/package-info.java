/**
 * HTTPRouteGroup and TCPRoute v1alpha1: {@code matches} at the top level.
 *
 * <p>For programs that write or read this version. Weir itself works on the hub version, and converts JSON rather
 * than these records. Absent lists read as empty ones. Never here: behaviour.
 */
@NullMarked
package io.weir.smi.specs.v1alpha1;

import org.jspecify.annotations.NullMarked;
