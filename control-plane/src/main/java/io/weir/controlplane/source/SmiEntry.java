package io.weir.controlplane.source;

import io.weir.smi.SmiObject;
import java.time.Instant;

/**
 * A valid SMI object.
 *
 * @param created its creationTimestamp, or when the source first saw it (S40 orders splits by age)
 */
public record SmiEntry(SmiObject object, Instant created) {}
