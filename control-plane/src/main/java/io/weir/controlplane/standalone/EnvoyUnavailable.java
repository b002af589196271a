package io.weir.controlplane.standalone;

/** There is no usable Envoy. The message is one line and ends with what to do. */
public final class EnvoyUnavailable extends Exception {

    private final int exitCode;

    private EnvoyUnavailable(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Something on this machine stands in the way. */
    static EnvoyUnavailable failed(String problem, String remedy) {
        return new EnvoyUnavailable(problem + "; " + remedy, 1);
    }

    /** What was asked for is not to be had anywhere. */
    static EnvoyUnavailable unsupported(String problem, String remedy) {
        return new EnvoyUnavailable(problem + "; " + remedy, 2);
    }

    /** The exit code of a command that ends with this: 1 failed, 2 asked for what is not supported. */
    public int exitCode() {
        return exitCode;
    }
}
