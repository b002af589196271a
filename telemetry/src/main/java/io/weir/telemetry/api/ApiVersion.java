package io.weir.telemetry.api;

/** The released versions, preferred first. The older has the same objects, but {@code backend} for splits only. */
enum ApiVersion {
    V1ALPHA2("v1alpha2"),
    V1ALPHA1("v1alpha1");

    static final String GROUP = "metrics.smi-spec.io";

    private final String version;

    ApiVersion(String version) {
        this.version = version;
    }

    String version() {
        return version;
    }

    String groupVersion() {
        return GROUP + "/" + version;
    }

    /** The path that everything of this version is under. */
    String base() {
        return "/apis/" + groupVersion();
    }
}
