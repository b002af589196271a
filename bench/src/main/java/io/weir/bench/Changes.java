package io.weir.bench;

import io.weir.bench.client.Fleet;
import io.weir.bench.mesh.Manifests;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.server.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** Counts what a mesh was changed, so that each weight and each address is there once, whoever serves them. */
final class Changes {

    private int weights;
    private int moves;

    /** @param clients that are waited for; those after them are not */
    WeightChange weight(Fleet fleet, int clients, Mesh mesh, ServerProcess server, Duration spacing)
            throws IOException, InterruptedException {
        return WeightChange.make(fleet, clients, new MeshWeights(mesh), server, ++weights, spacing);
    }

    /** The weight that was made last. */
    int lastWeight() {
        return Manifests.weight(weights);
    }

    Churn churn(Fleet fleet, Mesh mesh, ServerProcess server, Settings settings)
            throws IOException, InterruptedException {
        Churn churn = Churn.make(fleet, mesh, server, settings, moves + 1);
        moves += churn.moves();
        return churn;
    }
}
