package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.smi.wellknown.Sidecar;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a program of Weir's runs in a cluster, and what it is called there. */
final class ReplicaOptions {

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:POD_NAMESPACE:-" + Sidecar.SYSTEM_NAMESPACE + "}",
            description = "Weir's own namespace (default: $$POD_NAMESPACE, else " + Sidecar.SYSTEM_NAMESPACE + ").")
    private String namespace = Sidecar.SYSTEM_NAMESPACE;

    @Option(
            names = "--replica",
            paramLabel = "NAME",
            description = "This replica's name among the others (default: $$POD_NAME, else the host's name).")
    private @Nullable String replica;

    String namespace() {
        return namespace;
    }

    /** The replica's name. */
    String name(Console console) {
        String pod = replica == null ? console.environment().getOrDefault("POD_NAME", "") : replica;
        if (!pod.isEmpty()) {
            return pod;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new Failure("this host has no name", "name the replica with --replica");
        }
    }
}
