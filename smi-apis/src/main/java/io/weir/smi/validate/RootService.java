package io.weir.smi.validate;

import org.jspecify.annotations.Nullable;

/** The forms in which a TrafficSplit may name its root service (S34). */
public final class RootService {

    private RootService() {}

    /**
     * The Service that a root means.
     *
     * @param root {@code svc}, {@code svc.ns}, {@code svc.ns.svc} or {@code svc.ns.svc.<domain>}
     * @param namespace the namespace of the split
     * @return its bare name; null where the root is no Service of that namespace
     */
    public static @Nullable String of(String root, String namespace) {
        int dot = root.indexOf('.');
        if (dot < 0) {
            return root;
        }
        String rest = root.substring(dot + 1);
        boolean own = rest.equals(namespace) || rest.equals(namespace + ".svc") || rest.startsWith(namespace + ".svc.");
        return own ? root.substring(0, dot) : null;
    }
}
