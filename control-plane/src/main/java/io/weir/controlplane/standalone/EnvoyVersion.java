package io.weir.controlplane.standalone;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A release of Envoy, as {@code 1.40.0}. */
record EnvoyVersion(int major, int minor, int patch) {

    /** The first and the last minor release of Envoy 1 that Weir is tested with. */
    private static final int OLDEST_MINOR = 36;

    private static final int NEWEST_MINOR = 40;

    static final String SUPPORTED = "1." + OLDEST_MINOR + " to 1." + NEWEST_MINOR;

    /** Seen by running a release of each: up to 1.39.3 all UDP leaves from 127.0.0.1, whatever the bootstrap says. */
    private static final int FIRST_MINOR_BINDING_DATAGRAMS = 40;

    static final String BINDING_DATAGRAMS = "1." + FIRST_MINOR_BINDING_DATAGRAMS + " or later";

    private static final Pattern PLAIN = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    /** {@code envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL}; the release may end in {@code -dev}. */
    private static final Pattern PRINTED =
            Pattern.compile("version: [0-9a-f]+/(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})(?:-[^/]*)?/");

    /** Null: not three numbers. */
    static @Nullable EnvoyVersion parse(String text) {
        Matcher matcher = PLAIN.matcher(text);
        return matcher.matches()
                ? new EnvoyVersion(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)))
                : null;
    }

    /** From what {@code envoy --version} prints; null if that is not in it. */
    static @Nullable EnvoyVersion printed(String output) {
        Matcher matcher = PRINTED.matcher(output);
        return matcher.find() ? parse(matcher.group(1)) : null;
    }

    boolean supported() {
        return major == 1 && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
    }

    /** Whether its UDP proxy sends from the address that {@code upstream_bind_config} names, as TCP does. */
    boolean bindsDatagrams() {
        return major == 1 && minor >= FIRST_MINOR_BINDING_DATAGRAMS;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
