package io.weir.bench.client;

/** The two ways in which a sidecar can follow its configuration. */
public enum Protocol {
    DELTA("DeltaAggregatedResources"),
    STATE_OF_THE_WORLD("StreamAggregatedResources");

    private final String method;

    Protocol(String method) {
        this.method = method;
    }

    String path() {
        return "/envoy.service.discovery.v3.AggregatedDiscoveryService/" + method;
    }
}
