package io.weir.controlplane.model;

/**
 * A header that must be present and whose value, repeated headers joined by a comma, matches in full (S27).
 *
 * @param name lower case; {@code :authority} for the host
 * @param regex RE2 syntax, checked
 */
public record HeaderMatch(String name, String regex) {}
