package io.weir.controlplane.model;

import java.util.List;

/** What happens to traffic for a service port: the first rule that matches. The last rule matches everything. */
public record RouteTable(ServicePortKey parent, AppProtocol protocol, List<RouteRule> rules) {

    public RouteTable {
        rules = List.copyOf(rules);
    }
}
