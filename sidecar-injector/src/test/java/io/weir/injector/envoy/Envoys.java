package io.weir.injector.envoy;

import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Real Envoys of the oldest and the newest supported release. */
final class Envoys {

    static final List<String> VERSIONS = List.of(EnvoyInstall.OLDEST_VERSION, EnvoyInstall.DEFAULT_VERSION);

    private Envoys() {}

    static Path binary(String version) throws IOException {
        try {
            return EnvoyInstall.system(_ -> {}).ensure(version);
        } catch (EnvoyUnavailable e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
