package io.weir.controlplane.source.decode;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which names objects may have. Kubernetes' rules, enforced here because names become parts of SPIFFE IDs, resource
 * names and environment variables.
 */
public final class Names {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Names() {}

    public static boolean isLabel(String name) {
        return LABEL.matcher(name).matches();
    }

    public static boolean isSubdomain(String name) {
        if (name.length() > 253) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (!isLabel(label)) {
                return false;
            }
        }
        return true;
    }

    /** What is wrong with an object's name; null if nothing is. */
    public static @Nullable String problem(String kind, String name) {
        boolean label = kind.equals("Namespace") || kind.equals("Service") || kind.equals("Workload");
        if (label ? isLabel(name) : isSubdomain(name)) {
            return null;
        }
        return "'" + Suggest.shorten(name) + "' is not a valid name for a " + kind
                + ": only lower-case letters, digits and "
                + (label ? "dashes, at most 63" : "dashes, and dots between parts") + ".";
    }
}
