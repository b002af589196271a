package io.weir.smi;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kinds of SMI objects that Weir stores, with every released version of each. */
public enum SmiKind {
    TRAFFIC_TARGET("access.smi-spec.io", "TrafficTarget", "traffictargets", "tt", "v1alpha1", "v1alpha2", "v1alpha3"),
    HTTP_ROUTE_GROUP(
            "specs.smi-spec.io",
            "HTTPRouteGroup",
            "httproutegroups",
            "htr",
            "v1alpha1",
            "v1alpha2",
            "v1alpha3",
            "v1alpha4"),
    TCP_ROUTE("specs.smi-spec.io", "TCPRoute", "tcproutes", "tr", "v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"),
    UDP_ROUTE("specs.smi-spec.io", "UDPRoute", "udproutes", "ur", "v1alpha4"),
    TRAFFIC_SPLIT(
            "split.smi-spec.io", "TrafficSplit", "trafficsplits", "ts", "v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4");

    private final String group;
    private final String kind;
    private final String plural;
    private final String shortName;
    private final List<String> versions;

    SmiKind(String group, String kind, String plural, String shortName, String... versions) {
        this.group = group;
        this.kind = kind;
        this.plural = plural;
        this.shortName = shortName;
        this.versions = List.of(versions);
    }

    /** The API group, such as {@code split.smi-spec.io}. */
    public String group() {
        return group;
    }

    /** The kind as objects spell it, such as {@code TrafficSplit}. */
    @JsonValue
    public String kind() {
        return kind;
    }

    /** The resource name in URLs, such as {@code trafficsplits}. */
    public String plural() {
        return plural;
    }

    /** What kubectl takes for short, such as {@code ts}. */
    public String shortName() {
        return shortName;
    }

    /** Every released version, oldest first. */
    public List<String> versions() {
        return versions;
    }

    /** The version that is stored and that the other versions convert through: the newest released one. */
    public String hubVersion() {
        return versions.getLast();
    }

    /** Group and hub version, such as {@code split.smi-spec.io/v1alpha4}. */
    public String hubApiVersion() {
        return group + "/" + hubVersion();
    }

    /**
     * The kind of an object.
     *
     * @param apiVersion group and version, such as {@code split.smi-spec.io/v1alpha2}
     * @return null where this is no SMI kind, or the version was never released ({@link #ofAnyVersion} tells which)
     */
    public static @Nullable SmiKind of(String apiVersion, String kind) {
        SmiKind found = ofAnyVersion(apiVersion, kind);
        return found != null && found.versions.contains(versionOf(apiVersion)) ? found : null;
    }

    /** The kind of an object whatever its version, released or not; null where this is no SMI kind. */
    public static @Nullable SmiKind ofAnyVersion(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        if (slash < 0) {
            return null;
        }
        String group = apiVersion.substring(0, slash);
        for (SmiKind candidate : values()) {
            if (Objects.equals(candidate.group, group) && Objects.equals(candidate.kind, kind)) {
                return candidate;
            }
        }
        return null;
    }

    /** The version part of {@code group/version}; empty where there is none. */
    public static String versionOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(slash + 1);
    }
}
