package io.weir.controlplane.xds.golden;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.TestMesh;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/**
 * A mesh, and the resources of one proxy that show what the case is about.
 *
 * @param path area and case: {@code split/weights}
 * @param why one sentence, written above the resources
 * @param proxy the workload whose resources they are, as {@code namespace/name}
 */
record GoldenCase(String path, String why, MeshModel mesh, String proxy, List<Shown> shown) {

    /** One resource. */
    record Shown(XdsType type, String name) {}

    static GoldenCase showing(String path, String why, TestMesh mesh, String proxy, Shown... shown) {
        return new GoldenCase(path, why, mesh.build(), proxy, List.of(shown));
    }

    static Shown cluster(String name) {
        return new Shown(XdsType.CLUSTER, name);
    }

    static Shown endpoints(String name) {
        return new Shown(XdsType.ENDPOINT, name);
    }

    static Shown listener(String name) {
        return new Shown(XdsType.LISTENER, name);
    }

    static Shown routes(String name) {
        return new Shown(XdsType.ROUTE, name);
    }
}
