package io.weir.injector.bootstrap;

/** A check that the kubelet makes at the sidecar's health port, and what the sidecar asks the app then. */
public sealed interface Probe {

    Target target();

    /**
     * Whose probe it is, and where the app is asked.
     *
     * @param kind {@code liveness}, {@code readiness}, {@code startup}, {@code post-start} or {@code pre-stop}
     * @param timeoutSeconds 0 for none
     */
    record Target(String container, String kind, int port, int timeoutSeconds) {

        /** Where the kubelet asks. */
        public String path() {
            return "/probe/" + container + "/" + kind;
        }

        String cluster() {
            return "weir-probe/" + container + "/" + kind;
        }
    }

    /** @param path with its query, as it goes on the wire */
    record Http(Target target, boolean tls, String path) implements Probe {}

    /** The port takes connections. */
    record Tcp(Target target, int periodSeconds) implements Probe {}

    /** @param service empty for the server as a whole */
    record Grpc(Target target, String service, int periodSeconds) implements Probe {}
}
