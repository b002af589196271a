package io.weir.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an Envoy says at its admin socket about what the control plane gave it. */
record Sidecar(Path admin) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Where a configuration dump has the name of what came by xDS: the list, and the place in its elements. A removed
     * listener is there for as long as it drains, with no other state than that.
     */
    private enum Place {
        ACTIVE_CLUSTER("cluster", "dynamic_active_clusters", "/cluster/name"),
        WARMING_CLUSTER("cluster", "dynamic_warming_clusters", "/cluster/name"),
        ENDPOINT("endpoint", "dynamic_endpoint_configs", "/endpoint_config/cluster_name"),
        ACTIVE_LISTENER("listener", "dynamic_listeners", "/active_state/listener/name"),
        WARMING_LISTENER("listener", "dynamic_listeners", "/warming_state/listener/name"),
        DRAINING_LISTENER("draining", "dynamic_listeners", "/draining_state/listener/name"),
        ROUTE("route", "dynamic_route_configs", "/route_config/name");

        private final String kind;
        private final String list;
        private final String name;

        Place(String kind, String list, String name) {
            this.kind = kind;
            this.list = list;
            this.name = name;
        }
    }

    /** What it holds: {@code cluster outbound/shop/web/80}, {@code route http-proxy}. */
    List<String> resources() throws IOException {
        List<String> resources = new ArrayList<>();
        for (JsonNode section : JSON.readTree(get("/config_dump?include_eds")).path("configs")) {
            for (Place place : Place.values()) {
                for (JsonNode element : section.path(place.list)) {
                    String name = element.at(place.name).asString("");
                    if (!name.isEmpty()) {
                        resources.add(place.kind + " " + name);
                    }
                }
            }
        }
        return resources;
    }

    /** Its statistics whose names end so, by name. */
    SortedMap<String, Long> statistics(String end) throws IOException {
        SortedMap<String, Long> found = new TreeMap<>();
        get("/stats")
                .lines()
                .map(line -> line.split(": ", 2))
                .filter(line -> line[0].endsWith(end))
                .forEach(line -> found.put(line[0], Long.parseLong(line[1])));
        return found;
    }

    /** What holds of its runtime; empty for a key that no layer has. */
    String runtime(String key) throws IOException {
        return JSON.readTree(get("/runtime"))
                .path("entries")
                .path(key)
                .path("final_value")
                .asString("");
    }

    /** The names of its statistics that begin so. */
    List<String> statisticsOf(String beginning) throws IOException {
        return get("/stats").lines().filter(line -> line.startsWith(beginning)).toList();
    }

    /** Where it pushes its statistics. */
    JsonNode sinks() throws IOException {
        return JSON.readTree(get("/config_dump")).at("/configs/0/bootstrap/stats_sinks");
    }

    /** Whom it trusts, and by what it is known itself. */
    Credentials credentials() throws IOException, GeneralSecurityException {
        return Credentials.of(JSON.readTree(get("/config_dump?resource=dynamic_active_secrets"))
                .path("configs"));
    }

    /** Whether it runs. */
    boolean answers() {
        try {
            return !get("/ready").isEmpty();
        } catch (IOException gone) {
            return false;
        }
    }

    private String get(String path) throws IOException {
        try (HttpConnection connection = new HttpConnection(admin)) {
            return connection.send("GET", path, "admin", List.of()).body();
        }
    }
}
