package io.weir.controlplane.identity.token;

import java.time.Instant;

/**
 * What a token says.
 *
 * @param workload the replica's name, within {@code namespace}
 * @param uid of the replica
 * @param expires when it stops being accepted: its own end, and the allowance for clocks that differ
 */
public record TokenClaims(String namespace, String serviceAccount, String workload, String uid, Instant expires) {}
