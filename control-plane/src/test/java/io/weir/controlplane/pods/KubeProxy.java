package io.weir.controlplane.pods;

import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.ServiceEntry;
import java.util.List;
import java.util.Locale;

/** What kube-proxy does on a node, done in each pod: cluster IPs lead to the first pod behind a Service. */
final class KubeProxy {

    private KubeProxy() {}

    /** After the redirection to a sidecar, if there is one: what was redirected is redirected no further. */
    static String script(ClusterState state) {
        StringBuilder rules = new StringBuilder();
        for (ServiceEntry service : state.services().values()) {
            for (String clusterIp : service.clusterIps()) {
                for (ServiceEntry.Port port : service.ports()) {
                    ServicePortKey key = new ServicePortKey(service.key(), port.port(), port.transport());
                    state.endpoints().getOrDefault(key, List.of()).stream()
                            .filter(pod -> isIpv6(pod.address()) == isIpv6(clusterIp))
                            .findFirst()
                            .ifPresent(pod -> rules.append(rule(clusterIp, key, pod)));
                }
            }
        }
        return """
                nft -f - <<'RULES'
                table inet kube-proxy {
                chain output {
                type nat hook output priority -90; policy accept;
                %s}
                }
                RULES
                """.formatted(rules);
    }

    private static String rule(String clusterIp, ServicePortKey key, BackendAddress pod) {
        String transport = key.transport().name().toLowerCase(Locale.ROOT);
        return isIpv6(clusterIp)
                ? "ip6 daddr %s %s dport %d dnat ip6 to [%s]:%d\n"
                        .formatted(clusterIp, transport, key.port(), pod.address(), pod.port())
                : "ip daddr %s %s dport %d dnat ip to %s:%d\n"
                        .formatted(clusterIp, transport, key.port(), pod.address(), pod.port());
    }

    private static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }
}
