package io.weir.bench;

import io.weir.bench.client.Kind;
import io.weir.bench.client.Needle;
import io.weir.bench.mesh.Manifests;
import io.weir.bench.mesh.Mesh;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.xds.translate.Names;
import java.io.IOException;

/** That of a backend of a mesh's TrafficSplit. */
record MeshWeights(Mesh mesh) implements Weights {

    private static final String BACKEND =
            Names.outbound(new ServicePortKey(new ServiceKey("bench-0", "front-a"), 80, Transport.TCP));

    @Override
    public int weight(int round) {
        return Manifests.weight(round);
    }

    @Override
    public Needle needle(int round) {
        return Needle.weight(BACKEND, weight(round));
    }

    @Override
    public boolean mayBeIn(Kind kind) {
        return kind == Kind.ROUTE;
    }

    @Override
    public long weigh(int round) throws IOException {
        return mesh.weigh(round);
    }
}
