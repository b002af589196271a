package io.weir.controlplane.identity.state;

import java.io.IOException;

/** The state folder, or a file in it, can't be used. The message is one line and ends with what to do. */
public final class StateUnusable extends IOException {

    private static final long serialVersionUID = 1L;

    public StateUnusable(String problem, String remedy) {
        super(problem + "; " + remedy);
    }

    public StateUnusable(String problem, String remedy, Throwable cause) {
        super(problem + "; " + remedy, cause);
    }
}
