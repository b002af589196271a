package io.weir.controlplane.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Builds a mesh model for tests of the stages after it. A service's own endpoints are the workloads listed for it;
 * every service port has a rule to itself after the rules of its splits.
 */
public final class TestMesh {

    private MeshSettings settings = MeshSettings.defaults();
    private final Map<ServiceKey, List<ServicePort>> services = new LinkedHashMap<>();
    private final SortedMap<ServiceKey, SortedSet<Identity>> accounts = new TreeMap<>();
    private final SortedMap<WorkloadKey, Workload> workloads = new TreeMap<>();
    private final SortedMap<ServicePortKey, List<RouteRule>> splits = new TreeMap<>();
    private final SortedMap<Identity, List<Grant>> grants = new TreeMap<>();
    private final SortedMap<Identity, List<Grant>> audited = new TreeMap<>();
    private final SortedMap<ServicePortKey, List<Endpoint>> endpoints = new TreeMap<>();
    private final SortedMap<ServicePortKey, LoopbackSlot> slots = new TreeMap<>();

    public static ServiceKey service(String name) {
        String[] parts = name.split("/", 2);
        return new ServiceKey(parts[0], parts[1]);
    }

    public static Identity account(String name) {
        String[] parts = name.split("/", 2);
        return new Identity(parts[0], parts[1]);
    }

    public static ObjectRef target(String name) {
        String[] parts = name.split("/", 2);
        return new ObjectRef("TrafficTarget", parts[0], parts[1]);
    }

    public static ServicePortKey tcp(String service, int port) {
        return new ServicePortKey(service(service), port, Transport.TCP);
    }

    public static ServicePortKey udp(String service, int port) {
        return new ServicePortKey(service(service), port, Transport.UDP);
    }

    /** Any path where {@code path} is null; methods separated by blanks, any where empty. */
    public static RequestMatch match(@Nullable String path, String methods, HeaderMatch... headers) {
        SortedSet<String> verbs = methods.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(methods.split(" ", -1)));
        return new RequestMatch("HTTPRouteGroup shop/group#match", path, verbs, List.of(headers));
    }

    public static SortedSet<Identity> accounts(String... names) {
        SortedSet<Identity> identities = new TreeSet<>();
        for (String name : names) {
            identities.add(account(name));
        }
        return identities;
    }

    public TestMesh settings(MeshSettings changed) {
        settings = changed;
        return this;
    }

    public TestMesh service(String name, int port, AppProtocol protocol) {
        services.computeIfAbsent(service(name), _ -> new ArrayList<>()).add(new ServicePort(port, "", protocol));
        accounts.computeIfAbsent(service(name), _ -> new TreeSet<>());
        return this;
    }

    /** A meshed workload of its own account that serves a service's ports, each at the same number. */
    public TestMesh workload(String name, Mode mode, String... served) {
        return workload(name, name, mode, served);
    }

    public TestMesh workload(String name, String account, Mode mode, String... served) {
        int number = workloads.size() + 1;
        String address = "127.20." + number + ".1";
        SortedMap<Integer, WorkloadPort> streams = new TreeMap<>();
        SortedMap<Integer, WorkloadPort> datagrams = new TreeMap<>();
        for (String one : served) {
            accounts.get(service(one)).add(account(account));
            for (ServicePort port : services.get(service(one))) {
                boolean stream = port.protocol() != AppProtocol.UDP;
                (stream ? streams : datagrams)
                        .put(
                                port.port(),
                                new WorkloadPort(
                                        port.port(), port.protocol(), "127.0.0.1", port.port(), address, port.port()));
                endpoint(
                        new ServicePortKey(
                                service(one), port.port(), port.protocol().transport()),
                        new Endpoint(address, port.port(), stream));
            }
        }
        List<WorkloadPort> ports = new ArrayList<>(streams.values());
        ports.addAll(datagrams.values());
        ServiceKey key = service(name);
        workloads.put(
                new WorkloadKey(key.namespace(), key.name()),
                new Workload(
                        new WorkloadKey(key.namespace(), key.name()),
                        "uid-" + number,
                        account(account),
                        ports,
                        mode,
                        new Binds.Loopback(address, 15001, 0x7f500000 + number * 0x10000)));
        return this;
    }

    /** A workload as given, behind the services whose ports it has. */
    public TestMesh workload(Workload workload, String... served) {
        workloads.put(workload.key(), workload);
        for (String one : served) {
            accounts.get(service(one)).add(workload.identity());
            for (ServicePort port : services.get(service(one))) {
                for (WorkloadPort own : workload.ports()) {
                    if (own.port() == port.port() && own.protocol() == port.protocol()) {
                        endpoint(
                                new ServicePortKey(
                                        service(one),
                                        port.port(),
                                        port.protocol().transport()),
                                new Endpoint(own.bindAddress(), own.bindPort(), port.protocol() != AppProtocol.UDP));
                    }
                }
            }
        }
        return this;
    }

    public TestMesh slot(ServicePortKey key, LoopbackSlot slot) {
        slots.put(key, slot);
        return this;
    }

    public TestMesh endpoint(ServicePortKey key, Endpoint endpoint) {
        endpoints.computeIfAbsent(key, _ -> new ArrayList<>()).add(endpoint);
        return this;
    }

    /** A split before all that is there; {@code shares} are {@code service=weight}. */
    public TestMesh split(ServicePortKey root, List<RequestMatch> matches, String... shares) {
        List<WeightedBackend> backends = new ArrayList<>();
        for (String share : shares) {
            String[] parts = share.split("=", 2);
            backends.add(new WeightedBackend(
                    new ServicePortKey(service(parts[0]), root.port(), root.transport()), Integer.parseInt(parts[1])));
        }
        ObjectRef origin = new ObjectRef(
                "TrafficSplit", root.service().namespace(), root.service().name());
        splits.computeIfAbsent(root, _ -> new ArrayList<>()).add(new RouteRule(origin, matches, backends));
        return this;
    }

    public TestMesh grant(String destination, Grant grant) {
        grants.computeIfAbsent(account(destination), _ -> new ArrayList<>()).add(grant);
        return this;
    }

    /** What a target under audit would grant. */
    public TestMesh audit(String destination, Grant grant) {
        audited.computeIfAbsent(account(destination), _ -> new ArrayList<>()).add(grant);
        return this;
    }

    /** Allows any HTTP request. */
    public TestMesh allow(String destination, String... sources) {
        return grant(
                destination,
                new Grant.Http(target("shop/all"), accounts(sources), new PortScope.All(), List.of(match(null, ""))));
    }

    public MeshModel build() {
        SortedMap<ServiceKey, MeshService> made = new TreeMap<>();
        SortedMap<ServicePortKey, RouteTable> routes = new TreeMap<>();
        SortedMap<ServicePortKey, LoopbackSlot> loopback = new TreeMap<>();
        int slot = 1;
        for (Map.Entry<ServiceKey, List<ServicePort>> entry : services.entrySet()) {
            MeshService service = new MeshService(
                    entry.getKey(),
                    List.of(),
                    entry.getValue(),
                    accounts.get(entry.getKey()),
                    guarded(entry.getKey()),
                    new TreeSet<>());
            made.put(service.key(), service);
            for (ServicePort port : service.ports()) {
                ServicePortKey key = service.portKey(port);
                List<RouteRule> rules = new ArrayList<>(splits.getOrDefault(key, List.of()));
                ObjectRef self = new ObjectRef(
                        "Service", key.service().namespace(), key.service().name());
                if (rules.stream().noneMatch(rule -> rule.matches().isEmpty())) {
                    rules.add(new RouteRule(self, List.of(), List.of(new WeightedBackend(key, 1))));
                }
                routes.put(key, new RouteTable(key, port.protocol(), rules));
                loopback.put(key, slots.getOrDefault(key, new LoopbackSlot(slot, port.port())));
            }
            slot++;
        }
        endpoints.values().forEach(list -> list.sort(null));
        return new MeshModel(settings, made, workloads, routes, grants, audited, endpoints, new TreeMap<>(), loopback);
    }

    private SortedSet<ServicePortKey> guarded(ServiceKey service) {
        SortedSet<ServicePortKey> guarded = new TreeSet<>();
        endpoints.forEach((key, list) -> {
            if (key.service().equals(service) && list.stream().anyMatch(Endpoint::mtls)) {
                guarded.add(key);
            }
        });
        return guarded;
    }

    public static Set<ServicePortKey> keys(ServicePortKey... keys) {
        return new TreeSet<>(List.of(keys));
    }
}
