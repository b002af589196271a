package io.weir.controlplane.standalone;

import java.nio.file.Path;

/**
 * An Envoy that runs on this machine and is of a supported release.
 *
 * @param path the executable, absolute
 * @param version its release, as {@code 1.40.0}
 */
public record EnvoyBinary(Path path, String version) {}
