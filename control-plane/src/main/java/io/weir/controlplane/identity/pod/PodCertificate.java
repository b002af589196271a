package io.weir.controlplane.identity.pod;

import java.time.Instant;

/**
 * A certificate for a key that its owner made and keeps. All times are whole seconds.
 *
 * @param chainPem the certificate
 * @param renewAt when to ask for the next one
 */
public record PodCertificate(String chainPem, Instant notBefore, Instant notAfter, Instant renewAt) {}
