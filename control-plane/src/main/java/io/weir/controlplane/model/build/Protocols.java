package io.weir.controlplane.model.build;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Transport;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** S48: what a port speaks is its appProtocol, else what its name starts with, else TCP. */
final class Protocols {

    private static final Set<String> HTTP =
            Set.of("http", "http2", "grpc", "ws", "kubernetes.io/h2c", "kubernetes.io/ws", "grpc-web", "h2c");
    private static final Set<String> HTTP_NAMES = Set.of("http", "http2", "grpc");

    private Protocols() {}

    /** @param name empty if the port has none */
    static AppProtocol of(Transport transport, @Nullable String appProtocol, String name) {
        if (transport == Transport.UDP) {
            return AppProtocol.UDP;
        }
        if (appProtocol != null && !appProtocol.isEmpty()) {
            // Whatever else it says (https, mysql, ...) is bytes to the mesh.
            return HTTP.contains(appProtocol.toLowerCase(Locale.ROOT)) ? AppProtocol.HTTP : AppProtocol.TCP;
        }
        int dash = name.indexOf('-');
        return HTTP_NAMES.contains(dash < 0 ? name : name.substring(0, dash)) ? AppProtocol.HTTP : AppProtocol.TCP;
    }
}
