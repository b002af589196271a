package io.weir.cli;

import org.jspecify.annotations.Nullable;

/** Which Weir this is. */
final class Version {

    private Version() {}

    /** From the jar's manifest; a run from class files has none. */
    static String number() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    static String line() {
        return "weir " + number();
    }
}
