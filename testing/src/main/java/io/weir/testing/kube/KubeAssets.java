package io.weir.testing.kube;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where kube-apiserver, etcd and kubectl are, as {@code scripts/kube-assets} says, which builds them if need be. */
record KubeAssets(Path folder) {

    private static final Object ONCE = new Object();
    private static @Nullable KubeAssets found;

    /** Asks once for each JVM. */
    static KubeAssets find() {
        synchronized (ONCE) {
            KubeAssets known = found;
            if (known == null) {
                known = new KubeAssets(ask());
                found = known;
            }
            return known;
        }
    }

    Path program(String name) {
        return folder.resolve(name);
    }

    private static Path ask() {
        Path script = script();
        try {
            Process process = new ProcessBuilder(script.toString())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(script + " found no kube-apiserver and etcd (its status is " + status
                        + "; standard error has the reason). Run it by hand, or set KUBEBUILDER_ASSETS");
            }
            return Path.of(answer.strip());
        } catch (IOException e) {
            throw new IllegalStateException(script + " can't be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + script + " ran", e);
        }
    }

    /** Tests run in the folder of their module. */
    private static Path script() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path script = folder.resolve("scripts/kube-assets");
            if (Files.isExecutable(script)) {
                return script;
            }
        }
        throw new IllegalStateException(
                "no scripts/kube-assets above " + Path.of("").toAbsolutePath());
    }
}
