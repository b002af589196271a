package io.weir.injector.inject;

import io.weir.injector.bootstrap.Probe;
import io.weir.injector.bootstrap.Probe.Target;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the kubelet calls in a pod: probes and lifecycle hooks. The kubelet has no certificate, so it calls the sidecar's
 * health port, and the sidecar calls the app.
 */
final class Handlers {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> KINDS = List.of("httpGet", "tcpSocket", "grpc");

    /** By the field of a container, how the sidecar names it. */
    private static final List<Map.Entry<String, String>> PLACES = List.of(
            Map.entry("startupProbe", "startup"),
            Map.entry("livenessProbe", "liveness"),
            Map.entry("readinessProbe", "readiness"),
            Map.entry("lifecycle/postStart", "post-start"),
            Map.entry("lifecycle/preStop", "pre-stop"));

    private Handlers() {}

    /**
     * Sends the kubelet to the health port, in place.
     *
     * @param original where to write down what was there
     */
    static List<Probe> redirect(PodTree pod, SortedSet<Integer> excludedInbound, SortedMap<String, String> original) {
        List<Probe> probes = new ArrayList<>();
        for (ObjectNode container : pod.lastingContainers()) {
            for (Map.Entry<String, String> place : PLACES) {
                ObjectNode caller = caller(container, place.getKey());
                if (caller == null) {
                    continue;
                }
                Probe probe = probe(container, place.getValue(), caller);
                if (probe == null || excludedInbound.contains(probe.target().port())) {
                    continue;
                }
                original.put(key(pod, container, place.getKey()), JSON.writeValueAsString(handler(caller)));
                rewrite(caller, probe.target());
                probes.add(probe);
            }
        }
        return probes;
    }

    /** Puts back what was there, in place. */
    static void restore(PodTree pod, SortedMap<String, String> original) {
        for (ObjectNode container : pod.lastingContainers()) {
            for (Map.Entry<String, String> place : PLACES) {
                String written = original.get(key(pod, container, place.getKey()));
                ObjectNode caller = caller(container, place.getKey());
                if (written != null && caller != null) {
                    restore(caller, written);
                }
            }
        }
    }

    private static void restore(ObjectNode caller, String written) {
        try {
            if (JSON.readTree(written) instanceof ObjectNode handler) {
                caller.remove(KINDS);
                caller.setAll(handler);
            }
        } catch (JacksonException notOurs) {
            // Somebody edited the annotation: what the pod says now is all there is.
            return;
        }
    }

    /** A JSON pointer, but with the container's name, since lists change. */
    private static String key(PodTree pod, ObjectNode container, String place) {
        String list = pod.entry(PodTree.CONTAINERS, PodTree.name(container)) == null
                ? PodTree.INIT_CONTAINERS
                : PodTree.CONTAINERS;
        return "/spec/" + list + "/" + PodTree.name(container) + "/" + place;
    }

    private static @Nullable ObjectNode caller(ObjectNode container, String place) {
        JsonNode at = container;
        for (String field : place.split("/", -1)) {
            at = at.path(field);
        }
        return at instanceof ObjectNode object ? object : null;
    }

    private static ObjectNode handler(ObjectNode caller) {
        ObjectNode handler = JSON.createObjectNode();
        for (String kind : KINDS) {
            if (caller.has(kind)) {
                handler.set(kind, caller.get(kind));
            }
        }
        return handler;
    }

    private static void rewrite(ObjectNode caller, Target target) {
        JsonNode headers = caller.path("httpGet").path("httpHeaders");
        caller.remove(KINDS);
        ObjectNode get = caller.putObject("httpGet")
                .put("path", target.path())
                .put("port", Sidecar.HEALTH_PORT)
                .put("scheme", "HTTP");
        if (!headers.isMissingNode()) {
            get.set("httpHeaders", headers);
        }
    }

    /** Null for what needs no redirection: commands, sleeping, calls to another host, ports that nothing resolves. */
    private static @Nullable Probe probe(ObjectNode container, String kind, ObjectNode caller) {
        boolean hook = kind.startsWith("p");
        int period = Math.max(1, caller.path("periodSeconds").asInt(10));
        int timeout = hook ? 0 : Math.max(1, caller.path("timeoutSeconds").asInt(1));
        if (caller.path("httpGet") instanceof ObjectNode get) {
            Target target = target(container, kind, get, timeout);
            boolean tls = get.path("scheme").asString("").equalsIgnoreCase("HTTPS");
            return target == null
                    ? null
                    : new Probe.Http(target, tls, WirePath.of(get.path("path").asString("/")));
        }
        // The kubelet makes no TCP call for a hook.
        if (caller.path("tcpSocket") instanceof ObjectNode tcp && !hook) {
            Target target = target(container, kind, tcp, timeout);
            return target == null ? null : new Probe.Tcp(target, period);
        }
        if (caller.path("grpc") instanceof ObjectNode grpc && !hook) {
            Target target = target(container, kind, grpc, timeout);
            return target == null
                    ? null
                    : new Probe.Grpc(target, grpc.path("service").asString(""), period);
        }
        return null;
    }

    private static @Nullable Target target(ObjectNode container, String kind, ObjectNode call, int timeout) {
        int port = port(container, call.path("port"));
        boolean elsewhere = !call.path("host").asString("").isEmpty();
        return elsewhere || port == 0 ? null : new Target(PodTree.name(container), kind, port, timeout);
    }

    /** A number, or the name of a port of the same container; 0 if it is neither. */
    private static int port(ObjectNode container, JsonNode port) {
        if (port.isNumber()) {
            return inRange(port.asInt(0));
        }
        String text = port.asString("");
        for (JsonNode declared : container.path("ports")) {
            if (PodTree.name(declared).equals(text) && !text.isEmpty()) {
                return inRange(declared.path("containerPort").asInt(0));
            }
        }
        return 0;
    }

    private static int inRange(int port) {
        return port >= 1 && port <= 65_535 ? port : 0;
    }
}
