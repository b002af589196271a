package io.weir.telemetry.ingest;

import io.weir.controlplane.identity.ProxyIdentity;

/** Where pushes go. Called from many threads, for one stream by one at a time. */
public interface Intake {

    /** A sidecar has begun to report. */
    Reports opened(ProxyIdentity sidecar);

    /** What one stream says. */
    interface Reports {

        /** @param unreadable statistics of ours that had no meaning */
        void pushed(Push push, long unreadable);

        /** Its Envoy is too old to count edges: what it doesn't say says nothing. */
        void cannotCount();

        /** It says no more. */
        void closed();
    }
}
