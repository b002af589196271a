package io.weir.smi;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Valid objects of any version, each a function of a seed. */
public final class RandomObjects {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> QUANTITIES =
            List.of("0", "90", "500m", "0.5", "1k", "1e3", "2Ki", "10m", "100u", ".5", "1.", "3", "+4", "07");

    private final Random random;

    public RandomObjects(long seed) {
        this.random = new Random(seed);
    }

    /** A valid object that a user of this version could have written. */
    public ObjectNode of(SmiKind kind, String version) {
        ObjectNode object = JSON.objectNode();
        object.put("apiVersion", kind.group() + "/" + version);
        object.put("kind", kind.kind());
        metadata(object.putObject("metadata"));
        switch (kind) {
            case TRAFFIC_TARGET -> target(object, version);
            case HTTP_ROUTE_GROUP -> group(object, version);
            case TCP_ROUTE, UDP_ROUTE -> ports(object, version);
            case TRAFFIC_SPLIT -> split(object.putObject("spec"), version);
        }
        return object;
    }

    private void metadata(ObjectNode metadata) {
        metadata.put("name", name());
        if (chance(80)) {
            metadata.put("namespace", "shop");
        }
        if (chance(30)) {
            metadata.putObject("labels").put("app", name());
        }
        if (chance(30)) {
            metadata.putObject("annotations").put("example.com/note", name());
        }
        if (chance(30)) {
            metadata.put("creationTimestamp", "2026-01-31T12:00:00Z");
        }
    }

    private void target(ObjectNode object, String version) {
        boolean first = version.equals("v1alpha1");
        boolean old = version.compareTo("v1alpha3") < 0;
        ObjectNode spec = first ? object : object.putObject("spec");
        ObjectNode destination = subject(spec.putObject("destination"));
        if (old && chance(50)) {
            destination.put("port", port());
        }
        if (!old || chance(80)) {
            ArrayNode rules = spec.putArray(first ? "specs" : "rules");
            for (int i = old ? 0 : -1; i < random.nextInt(4); i++) {
                rule(rules.addObject(), old);
            }
        }
        if (!old || chance(80)) {
            ArrayNode sources = spec.putArray("sources");
            for (int i = old ? 0 : -1; i < random.nextInt(3); i++) {
                ObjectNode source = subject(sources.addObject());
                if (chance(30)) {
                    source.put("namespace", "front");
                }
                if (old && chance(20)) {
                    source.put("port", port());
                }
            }
        }
    }

    private ObjectNode subject(ObjectNode subject) {
        return subject.put("kind", "ServiceAccount").put("name", name());
    }

    private void rule(ObjectNode rule, boolean old) {
        String kind =
                one(old ? List.of("HTTPRouteGroup", "TCPRoute") : List.of("HTTPRouteGroup", "TCPRoute", "UDPRoute"));
        rule.put("kind", kind).put("name", name());
        if (kind.equals("HTTPRouteGroup") && chance(50)) {
            rule.putArray("matches").add(name());
        }
    }

    private void group(ObjectNode object, String version) {
        if (version.compareTo("v1alpha3") < 0) {
            matches(object);
        } else if (chance(90)) {
            matches(object.putObject("spec"));
        }
    }

    private void matches(ObjectNode parent) {
        ArrayNode matches = parent.putArray("matches");
        for (int i = 0; i < random.nextInt(4); i++) {
            ObjectNode match = matches.addObject().put("name", "m" + i);
            if (chance(60)) {
                match.put("pathRegex", one(List.of("/api", ".*", "/books/[0-9]+", "", "^/x$", "books")));
            }
            if (chance(60)) {
                match.putArray("methods").add(one(List.of("*", "GET", "PATCH")));
            }
            if (chance(30)) {
                match.putArray("headers").addObject().put("User-Agent", ".*Android.*");
            } else if (chance(30)) {
                match.putObject("headers").put("user-agent", ".*Android.*").put("cookie", "^(.*?;)?(a=b)(;.*)?$");
            }
        }
    }

    private void ports(ObjectNode object, String version) {
        if (version.equals("v1alpha3")) {
            object.putObject("spec");
        }
        if (version.equals("v1alpha4") && chance(90)) {
            ArrayNode ports = object.putObject("spec").putObject("matches").putArray("ports");
            for (int i = 0; i < random.nextInt(4); i++) {
                ports.add(1000 * (i + 1) + random.nextInt(1000));
            }
        }
    }

    private void split(ObjectNode spec, String version) {
        spec.put("service", one(List.of("web", "web.shop", "web.shop.svc.cluster.local", "api.example.com")));
        ArrayNode backends = spec.putArray("backends");
        for (int i = 0; i < random.nextInt(4); i++) {
            ObjectNode backend = backends.addObject().put("service", chance(90) ? "web-v" + i : "web-v0");
            if (!version.equals("v1alpha1")) {
                backend.put("weight", random.nextInt(1001));
            } else if (chance(20)) {
                backend.put("weight", random.nextInt(101));
            } else if (chance(90)) {
                backend.put("weight", one(QUANTITIES));
            }
        }
        if (version.compareTo("v1alpha3") >= 0 && chance(50)) {
            ObjectNode match = spec.putArray("matches").addObject();
            match.put("kind", "HTTPRouteGroup").put("name", name());
            if (chance(50)) {
                match.put("apiGroup", one(List.of("", "specs.smi-spec.io")));
            }
        }
    }

    private String name() {
        return one(List.of("web", "api", "books", "pay-2", "a.b"));
    }

    private int port() {
        return 1 + random.nextInt(65535);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
