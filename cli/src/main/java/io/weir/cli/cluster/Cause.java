package io.weir.cli.cluster;

/**
 * One reason why a call ends as it does.
 *
 * @param code one word, for programs
 * @param text a sentence for people
 * @param next what to do about it; empty if nothing is wrong
 */
public record Cause(String code, String text, String next) {}
