package io.weir.controlplane.xds.cache;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which resources of a refused response the refusal names. Envoy names the clusters and listeners it rejects in its
 * error text; route configurations, mostly not.
 */
final class Blame {

    private Blame() {}

    static NavigableSet<String> named(String reason, Collection<String> suspects) {
        TreeSet<String> named = new TreeSet<>();
        for (String suspect : suspects) {
            if (standsIn(reason, suspect)) {
                named.add(suspect);
            }
        }
        return named;
    }

    /** As a whole name: {@code a/80} doesn't stand in {@code a/8080}. */
    private static boolean standsIn(String reason, String name) {
        for (int at = reason.indexOf(name); at >= 0 && !name.isEmpty(); at = reason.indexOf(name, at + 1)) {
            int end = at + name.length();
            boolean startsFree = at == 0 || !isNameCharacter(reason.charAt(at - 1));
            boolean endsFree = end == reason.length() || !isNameCharacter(reason.charAt(end));
            if (startsFree && endsFree) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNameCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '/' || c == '-' || c == '_';
    }
}
