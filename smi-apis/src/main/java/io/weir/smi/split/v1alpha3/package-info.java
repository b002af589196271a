/**
 * TrafficSplit v1alpha3: {@code matches} arrives.
 *
 * <p>For programs that write or read this version. Weir itself works on the hub version, and converts JSON rather
 * than these records. Absent lists read as empty ones. Never here: behaviour.
 */
@NullMarked
package io.weir.smi.split.v1alpha3;

import org.jspecify.annotations.NullMarked;
