package io.weir.telemetry.ingest;

import io.weir.controlplane.identity.ProxyIdentity;

/** Where entries of access logs go. Called from many threads. */
@FunctionalInterface
public interface LogIntake {

    /** @param sidecar whose log it is: who it proved to be */
    void logged(ProxyIdentity sidecar, LogEntry entry);
}
