package io.weir.controlplane.standalone;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The environment of an app: where to listen, and how it reaches what it calls. */
final class AppEnvironment {

    /** The user's own proxy would carry calls past the mesh; some clients read the upper-case names first. */
    private static final Set<String> NOT_INHERITED =
            Set.of("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy");

    private AppEnvironment() {}

    /**
     * @param inherited the supervisor's own environment
     */
    static Map<String, String> of(DesiredReplica replica, Map<String, String> inherited) {
        Map<String, String> environment = new HashMap<>(inherited);
        environment.keySet().removeAll(NOT_INHERITED);
        environment.put("WEIR_NAMESPACE", replica.namespace());
        environment.put("WEIR_WORKLOAD", replica.name());
        if (replica.httpProxy() != null) {
            environment.put("http_proxy", "http://" + replica.httpProxy());
        }
        environment.put("no_proxy", "localhost,127.0.0.1,127.0.0.0/8,::1");
        environment.put("HOST", replica.appAddress());
        for (DesiredReplica.PortBinding port : replica.ports().reversed()) {
            String number = Integer.toString(port.appPort());
            environment.put("PORT", number);
            environment.put("PORT_" + port.port(), number);
            if (!port.name().isEmpty()) {
                environment.put("PORT_" + variable(port.name()), number);
            }
        }
        for (DesiredReplica.ServiceAddress service : replica.services().reversed()) {
            String prefix = prefix(service.service(), replica.namespace()) + "_SERVICE_";
            String number = Integer.toString(service.bindPort());
            environment.put(prefix + "HOST", service.address());
            environment.put(prefix + "PORT", number);
            if (!service.name().isEmpty()) {
                environment.put(prefix + "PORT_" + variable(service.name()), number);
            }
        }
        environment.putAll(replica.env());
        return environment;
    }

    /** {@code BOOKSTORE} in the app's own namespace, as in a cluster; {@code WEIR_SHOP_BOOKSTORE} in another. */
    private static String prefix(String service, String own) {
        int slash = service.indexOf('/');
        String namespace = service.substring(0, slash);
        String name = variable(service.substring(slash + 1));
        return namespace.equals(own) ? name : "WEIR_" + variable(namespace) + "_" + name;
    }

    static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
