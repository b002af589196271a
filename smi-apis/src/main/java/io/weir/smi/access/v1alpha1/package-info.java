/**
 * TrafficTarget v1alpha1: its fields stand at the top level, without {@code spec}.
 *
 * <p>For programs that write or read this version. Weir itself works on the hub version, and converts JSON rather
 * than these records. Absent lists read as empty ones. Never here: behaviour.
 */
@NullMarked
package io.weir.smi.access.v1alpha1;

import org.jspecify.annotations.NullMarked;
