package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.workload;

/**
 * A root {@code web} that selects both versions of an app, a Service for each, and {@code shop/client}, who may call both.
 */
final class TwoVersions implements AutoCloseable {

    private final HttpApp v1 = HttpApp.listening("v1", 8080);
    private final HttpApp v2 = HttpApp.listening("v2", 8080);

    String manifests() {
        return join(
                workload("shop", "v1", v1.address(), "http:8080").replace("{app: v1}", "{app: v1, part: web}"),
                workload("shop", "v2", v2.address(), "http:8080").replace("{app: v2}", "{app: v2, part: web}"),
                serviceSelecting("shop", "web", "part: web", "http:8080"),
                service("shop", "web-v1", "v1", "http:8080"),
                service("shop", "web-v2", "v2", "http:8080"),
                client("shop", "client"),
                allowAll("shop", "v1", "shop/client"),
                allowAll("shop", "v2", "shop/client"));
    }

    @Override
    public void close() {
        v1.close();
        v2.close();
    }
}
