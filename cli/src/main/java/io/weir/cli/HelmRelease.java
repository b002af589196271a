package io.weir.cli;

import io.weir.cli.helm.Helm;
import io.weir.cli.output.Console;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Weir's release, and the helm that looks after it. */
final class HelmRelease {

    static final String NAME = "weir";

    private HelmRelease() {}

    /** @throws Failure if there is none */
    static Helm helm(Map<String, String> environment) {
        Helm helm = Helm.find(environment);
        if (helm == null) {
            String named = environment.getOrDefault("HELM", "");
            throw new Failure(
                    named.isEmpty() ? "there is no helm on PATH" : "HELM names " + named + ", which is no program",
                    "install Helm 3 (https://helm.sh/docs/intro/install), or name it: HELM=/path/to/helm");
        }
        return helm;
    }

    /**
     * Runs it.
     *
     * @param out is given the lines that it prints; what it says of errors goes to standard error
     * @throws Failure if it fails
     */
    static void run(
            Console console, Helm helm, List<String> arguments, Consumer<String> out, Runnable tick, String next) {
        int exit;
        try {
            exit = helm.run(arguments, out, line -> console.err().println("  helm: " + line), tick);
        } catch (IOException e) {
            throw new Failure(
                    helm.program() + " can't be run: " + Failure.text(e), "name another helm: HELM=/path/to/helm");
        }
        if (exit != 0) {
            throw new Failure("helm " + arguments.getFirst() + " failed", next);
        }
    }
}
