package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.xds.resource.XdsType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The endpoints of a UDP service port, those of all its backends, weighted so that each backend has its share of the
 * sessions: {@code udp_proxy} knows no weighted clusters.
 */
record DatagramEndpoints(ServicePortKey key, List<Backend> backends) implements Recipe {

    /**
     * A backend's share and where it goes.
     *
     * @param weight at least 1
     */
    record Backend(int weight, List<Endpoint> endpoints) {
        Backend {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** The discard port of an address that nobody is given: a backend without endpoints keeps its share (S36). */
    private static final Endpoint NOBODY = new Endpoint("127.255.255.254", 9, false);

    DatagramEndpoints {
        backends = List.copyOf(backends);
    }

    @Override
    public XdsType type() {
        return XdsType.ENDPOINT;
    }

    @Override
    public String name() {
        return Names.outbound(key);
    }

    @Override
    public ClusterLoadAssignment build() {
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(name());
        if (backends.isEmpty()) {
            return assignment.build();
        }
        SortedMap<Endpoint, BigInteger> weights = weights();
        List<Long> fitted = Shares.fit(List.copyOf(weights.values()));
        List<LbEndpoint> endpoints = new ArrayList<>();
        for (Endpoint endpoint : weights.keySet()) {
            endpoints.add(
                    Endpoints.weighing(Protos.udp(endpoint.address(), endpoint.port()), fitted.get(endpoints.size())));
        }
        return assignment.addEndpoints(Endpoints.locality(endpoints)).build();
    }

    /**
     * A backend's weight is divided among its endpoints; all are multiplied by what makes that a whole number. An
     * endpoint of several backends (S42) stands once with the sum, for Envoy drops a repeated address.
     */
    private SortedMap<Endpoint, BigInteger> weights() {
        BigInteger common = BigInteger.ONE;
        for (Backend backend : backends) {
            BigInteger count = BigInteger.valueOf(targets(backend).size());
            common = common.multiply(count).divide(common.gcd(count));
        }
        SortedMap<Endpoint, BigInteger> weights = new TreeMap<>();
        for (Backend backend : backends) {
            List<Endpoint> targets = targets(backend);
            BigInteger each =
                    BigInteger.valueOf(backend.weight()).multiply(common).divide(BigInteger.valueOf(targets.size()));
            for (Endpoint target : targets) {
                weights.merge(new Endpoint(target.address(), target.port(), false), each, BigInteger::add);
            }
        }
        return weights;
    }

    private static List<Endpoint> targets(Backend backend) {
        return backend.endpoints().isEmpty() ? List.of(NOBODY) : backend.endpoints();
    }
}
