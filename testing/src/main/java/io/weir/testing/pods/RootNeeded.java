package io.weir.testing.pods;

import java.io.IOException;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** What becomes of a test whose user is not root. In a class of its own, since programs that are no tests have no JUnit. */
final class RootNeeded {

    private RootNeeded() {}

    /**
     * Ends such a test.
     *
     * @throws TestAbortedException unless this is CI: then the test fails
     */
    static void check() throws IOException {
        if (PodNetwork.isPossible()) {
            return;
        }
        String reason = "network namespaces need root: run this test as root, as CI does";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionFailedError(reason);
        }
        throw new TestAbortedException(reason);
    }
}
