package io.weir.controlplane.explain;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A small mesh in namespace shop: every Service has port 80 (HTTP), which its workloads serve at 8080, port 9000 (TCP)
 * at 9000 and port 53 (UDP) at 5353.
 */
final class Meshes {

    static final Identity BUYER = new Identity("shop", "bookbuyer");
    static final Identity THIEF = new Identity("shop", "bookthief");
    static final Identity STORE = new Identity("shop", "bookstore");

    private static final List<ServicePort> PORTS = List.of(
            new ServicePort(53, "dns", AppProtocol.UDP),
            new ServicePort(80, "http", AppProtocol.HTTP),
            new ServicePort(9000, "tcp", AppProtocol.TCP));

    private final TreeMap<ServiceKey, MeshService> services = new TreeMap<>();
    private final TreeMap<WorkloadKey, Workload> workloads = new TreeMap<>();
    private final TreeMap<ServicePortKey, RouteTable> routes = new TreeMap<>();
    private final TreeMap<Identity, List<Grant>> grants = new TreeMap<>();
    private final TreeMap<Identity, List<Grant>> audited = new TreeMap<>();
    private final TreeMap<ServicePortKey, List<Endpoint>> endpoints = new TreeMap<>();
    private Mode mode = Mode.DENY;
    private int next = 1;

    static ServiceKey service(String name) {
        return new ServiceKey("shop", name);
    }

    static ServicePortKey port(String service, AppProtocol protocol) {
        return PORTS.stream()
                .filter(port -> port.protocol() == protocol)
                .map(port -> new ServicePortKey(service(service), port.port(), protocol.transport()))
                .findFirst()
                .orElseThrow();
    }

    Meshes permissive() {
        mode = Mode.PERMISSIVE;
        return this;
    }

    /** A Service with a workload for each account. */
    Meshes with(String name, Identity... accounts) {
        ServiceKey key = service(name);
        services.put(
                key,
                new MeshService(
                        key, List.of(), PORTS, Sorted.set(List.of(accounts)), new TreeSet<>(), new TreeSet<>()));
        for (ServicePort port : PORTS) {
            ServicePortKey portKey =
                    new ServicePortKey(key, port.port(), port.protocol().transport());
            RouteRule rule = new RouteRule(
                    new ObjectRef("Service", "shop", name), List.of(), List.of(new WeightedBackend(portKey, 1)));
            routes.put(portKey, new RouteTable(portKey, port.protocol(), List.of(rule)));
            endpoints.put(portKey, new ArrayList<>());
        }
        for (Identity account : accounts) {
            Workload workload = workload(name + "-" + account.serviceAccount(), account, true);
            for (int i = 0; i < PORTS.size(); i++) {
                WorkloadPort served = workload.ports().get(i);
                endpoints
                        .get(port(name, served.protocol()))
                        .add(new Endpoint(served.bindAddress(), served.bindPort(), true));
            }
        }
        return this;
    }

    Meshes caller(Identity account) {
        workload(account.serviceAccount(), account, true);
        return this;
    }

    Meshes callerWithoutSidecar(Identity account) {
        workload(account.serviceAccount(), account, false);
        return this;
    }

    /** A caller in a pod whose traffic the kernel redirects. */
    Meshes callerInPod(Identity account) {
        Workload plain = workload(account.serviceAccount(), account, false);
        Binds binds = new Binds.Redirected(List.of("10.1.0." + next++), new TreeMap<>(), new TreeSet<>());
        workloads.put(plain.key(), new Workload(plain.key(), plain.uid(), account, plain.ports(), Mode.DENY, binds));
        return this;
    }

    /** Gives a Service a cluster IP. */
    Meshes clusterIp(String name, String address) {
        services.computeIfPresent(
                service(name),
                (key, one) -> new MeshService(
                        key, List.of(address), one.ports(), one.accounts(), one.guarded(), one.refusing()));
        return this;
    }

    /** Puts the workloads behind a Service into pods of which callers reach these ports past the sidecar. */
    Meshes bypassed(String name, int... ports) {
        TreeSet<Integer> excluded = new TreeSet<>(Arrays.stream(ports).boxed().toList());
        workloads.replaceAll((key, one) -> key.name().startsWith(name + "-")
                ? new Workload(
                        key,
                        one.uid(),
                        one.identity(),
                        one.ports(),
                        Mode.DENY,
                        new Binds.Redirected(List.of(one.ports().getFirst().bindAddress()), new TreeMap<>(), excluded))
                : one);
        return this;
    }

    private Workload workload(String name, Identity account, boolean meshed) {
        String address = "127.0.1." + next++;
        List<WorkloadPort> ports = List.of(
                new WorkloadPort(5353, AppProtocol.UDP, "127.0.0.1", 5353, address, 5353),
                new WorkloadPort(8080, AppProtocol.HTTP, "127.0.0.1", 8080, address, 8080),
                new WorkloadPort(9000, AppProtocol.TCP, "127.0.0.1", 9000, address, 9000));
        WorkloadKey key = new WorkloadKey("shop", name);
        Binds binds = meshed ? new Binds.Loopback(address, 18080, 0) : null;
        Workload workload = new Workload(key, name, account, ports, Mode.DENY, binds);
        workloads.put(key, workload);
        return workload;
    }

    Meshes rules(String service, AppProtocol protocol, RouteRule... rules) {
        ServicePortKey key = port(service, protocol);
        routes.put(key, new RouteTable(key, protocol, List.of(rules)));
        return this;
    }

    Meshes grant(Identity destination, Grant grant) {
        grants.computeIfAbsent(destination, _ -> new ArrayList<>()).add(grant);
        return this;
    }

    Meshes audit(Identity destination, Grant grant) {
        audited.computeIfAbsent(destination, _ -> new ArrayList<>()).add(grant);
        return this;
    }

    MeshModel model() {
        workloads.replaceAll(
                (_, one) -> new Workload(one.key(), one.uid(), one.identity(), one.ports(), mode, one.binds()));
        return new MeshModel(
                MeshSettings.defaults(),
                services,
                workloads,
                routes,
                grants,
                audited,
                endpoints,
                new TreeMap<>(),
                new TreeMap<>());
    }

    static ObjectRef target(String name) {
        return new ObjectRef("TrafficTarget", "shop", name);
    }

    static Grant http(String name, Identity source, RequestMatch... matches) {
        return new Grant.Http(target(name), Sorted.set(List.of(source)), new PortScope.All(), List.of(matches));
    }

    static RequestMatch match(String name, String pathRegex, Set<String> methods, HeaderMatch... headers) {
        return new RequestMatch("HTTPRouteGroup shop/api#" + name, pathRegex, Sorted.set(methods), List.of(headers));
    }

    static RouteRule split(WeightedBackend... backends) {
        return new RouteRule(new ObjectRef("TrafficSplit", "shop", "canary"), List.of(), List.of(backends));
    }

    static WeightedBackend backend(String service, int weight) {
        return new WeightedBackend(port(service, AppProtocol.HTTP), weight);
    }
}
