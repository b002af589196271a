package io.weir.bench.server;

import io.weir.bench.mesh.ClusterMesh;
import io.weir.bench.mesh.FolderMesh;
import io.weir.bench.mesh.Mesh;
import io.weir.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Weir as a user runs it: {@code weir serve} over a folder, {@code weir controller} in a cluster. Clients show tokens. */
public final class Weir implements Contender {

    private final @Nullable Path launcher;

    private Weir(@Nullable Path launcher) {
        this.launcher = launcher;
    }

    /** As it is shipped, by {@code bin/weir}. */
    public static Weir by(Path launcher) {
        return new Weir(launcher);
    }

    /** From this program's own class path. */
    public static Weir fromClassPath() {
        return new Weir(null);
    }

    @Override
    public String name() {
        return "weir";
    }

    @Override
    public Serving start(Mesh mesh, Path home) throws IOException, InterruptedException {
        Files.createDirectories(home);
        return switch (mesh) {
            case FolderMesh folder -> new WeirServe(this, folder, home).start();
            case ClusterMesh cluster -> new WeirController(this, cluster, home).start();
        };
    }

    /** Starts a verb. */
    ServerProcess start(Path home, Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (launcher == null) {
            command.addAll(Jvm.command(home, Main.class, arguments));
        } else {
            command.add(launcher.toString());
            command.addAll(arguments);
        }
        Map<String, String> all = new HashMap<>(environment);
        String own = System.getenv().getOrDefault("WEIR_JAVA_OPTS", "");
        all.put("WEIR_JAVA_OPTS", (own + " " + Jvm.logOfPauses(home)).strip());
        return ServerProcess.start(command, all, home);
    }
}
