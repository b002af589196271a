package io.weir.bench.stage;

import com.google.protobuf.Message;
import io.weir.bench.mesh.FolderMesh;
import io.weir.bench.mesh.Folders;
import io.weir.bench.mesh.Shape;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.policy.InboundPolicy;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.directory.DirectoryOptions;
import io.weir.controlplane.source.directory.DirectorySource;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One mesh of a few sizes; what differs between the two states of it is a weight. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StageBenchmark {

    private static final MeshSettings SETTINGS = MeshSettings.defaults();
    private static final Observation COUNTED = new Observation(Telemetry.EDGES, null);

    /** Services; there are 100 sidecars. */
    @Param({"100", "500", "2000"})
    private int services;

    private ClusterState before = ClusterState.EMPTY;
    private ClusterState after = ClusterState.EMPTY;
    private Built built = MeshModelBuilder.build(ClusterState.EMPTY, SETTINGS);
    private MeshModel mesh = built.model();
    private OutboundPolicy outbound = OutboundResolver.resolve(mesh);
    private List<Workload> workloads = List.of();
    private List<Recipe> recipes = List.of();

    @Setup(Level.Trial)
    public void read() throws IOException {
        Path home = Files.createTempDirectory("weir-stages");
        try {
            FolderMesh folder = FolderMesh.write(home.resolve("mesh"), new Shape(services, 2, 10, 100, 100));
            before = state(folder);
            folder.weigh(1);
            after = state(folder);
        } finally {
            Folders.delete(home);
        }
        built = MeshModelBuilder.build(before, SETTINGS);
        mesh = built.model();
        outbound = OutboundResolver.resolve(mesh);
        workloads = mesh.workloads().values().stream().filter(Workload::meshed).toList();
        recipes = plan();
    }

    private static ClusterState state(FolderMesh folder) throws IOException {
        try (DirectorySource source = DirectorySource.start(DirectoryOptions.inMemory(folder.folder()))) {
            return source.current();
        }
    }

    /** The whole model, as after a start. */
    @Benchmark
    public Built model() {
        return MeshModelBuilder.build(before, SETTINGS);
    }

    /** The next model after a change of a weight. */
    @Benchmark
    public Built modelAfterAWeight() {
        return MeshModelBuilder.rebuild(built, before, after);
    }

    @Benchmark
    public OutboundPolicy outboundPolicy() {
        return OutboundResolver.resolve(mesh);
    }

    /** Of all sidecars. */
    @Benchmark
    public List<InboundPolicy> inboundPolicies() {
        return workloads.stream()
                .map(workload -> InboundResolver.resolve(mesh, workload))
                .toList();
    }

    /** What is to be built for all sidecars and for one of them, not built yet. */
    @Benchmark
    public List<Recipe> plan() {
        Workload one = workloads.getFirst();
        List<Recipe> all = new ArrayList<>(Plan.outbound(outbound));
        all.addAll(Plan.endpoints(outbound, mesh.endpoints()));
        all.addAll(Plan.own(one, InboundResolver.resolve(mesh, one), outbound, mesh.loopback(), COUNTED));
        return all;
    }

    /** All of that, built and packed. */
    @Benchmark
    public List<XdsResource> resources() {
        return recipes.stream().map(StageBenchmark::pack).toList();
    }

    private static XdsResource pack(Recipe recipe) {
        Message message = recipe.build();
        return XdsResource.of(recipe.type(), recipe.name(), message);
    }
}
