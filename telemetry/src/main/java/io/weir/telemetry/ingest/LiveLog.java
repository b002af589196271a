package io.weir.telemetry.ingest;

import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.weir.controlplane.identity.ProxyIdentity;
import java.util.List;

/** Where access logs go that are not kept. Called from many threads. */
public interface LiveLog {

    /** Whether it takes the log of this name. */
    boolean takes(String log);

    /**
     * @param sidecar whose log it is: who it proved to be
     * @param log one that it takes
     */
    void logged(ProxyIdentity sidecar, String log, List<HTTPAccessLogEntry> entries);
}
