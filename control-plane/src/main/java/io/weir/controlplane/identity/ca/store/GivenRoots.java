package io.weir.controlplane.identity.ca.store;

import java.io.IOException;

/** A root of the owner's own, which may be replaced at any time: then the mesh moves to the new one. */
public interface GivenRoots {

    /**
     * The root that is there now.
     *
     * @throws IOException if it can't be read; the mesh goes on with the one that it has
     */
    Given current() throws IOException;

    /** For messages: {@code Secret weir-system/my-root}. */
    String place();

    /**
     * A root with its key, as PEM.
     *
     * @param certificate of an authority; an intermediate is trusted as it is, without what is above it
     * @param key PKCS #8
     */
    record Given(String certificate, String key) {
        @Override
        public String toString() {
            return "Given[]";
        }
    }
}
