/**
 * TrafficTarget v1alpha2: {@code spec} arrives, the destination still has a port.
 *
 * <p>For programs that write or read this version. Weir itself works on the hub version, and converts JSON rather
 * than these records. Absent lists read as empty ones. Never here: behaviour.
 */
@NullMarked
package io.weir.smi.access.v1alpha2;

import org.jspecify.annotations.NullMarked;
