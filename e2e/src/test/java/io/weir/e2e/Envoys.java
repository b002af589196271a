package io.weir.e2e;

import io.weir.controlplane.standalone.EnvoyInstall;
import java.nio.file.Path;

/** The Envoys that tests run: the newest supported release, or the one that {@code WEIR_E2E_ENVOY} names. */
public final class Envoys {

    private Envoys() {}

    public static EnvoyInstall.Binary underTest() throws Exception {
        String version = System.getenv().getOrDefault("WEIR_E2E_ENVOY", EnvoyInstall.DEFAULT_VERSION);
        return of(version);
    }

    static EnvoyInstall.Binary of(String version) throws Exception {
        Path binary = EnvoyInstall.system(System.err::println).ensure(version);
        return new EnvoyInstall.Binary(binary, version);
    }
}
