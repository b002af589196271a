package io.weir.e2e.node;

import io.weir.e2e.pod.TestCertificate;
import java.nio.file.Path;

/** Small programs beside echo.py, of this package's resources, in the ConfigMap {@code programs}. */
final class TestPrograms {

    /** Where {@link #volume} has them. */
    static final String FOLDER = "/programs";

    private static final Path SOURCES = Program.root().resolve("e2e/src/test/resources/io/weir/e2e/node");

    private TestPrograms() {}

    /** rpc.py, stream.py and web.py, and bundle.pem with a key and a certificate that nobody trusts. */
    static void install(TestNamespace namespace) {
        namespace.kubectl(
                "create",
                "configmap",
                "programs",
                "--from-file=" + SOURCES,
                "--from-literal=bundle.pem=" + TestCertificate.get().bundle());
    }

    /** The field of a pod's spec. */
    static String volume() {
        return "volumes: [{name: programs, configMap: {name: programs}}]";
    }

    /** The field of a container. */
    static String mount() {
        return "volumeMounts: [{name: programs, mountPath: %s}]".formatted(FOLDER);
    }
}
