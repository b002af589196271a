package io.weir.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which mesh: the folder of its manifests, and where its state is kept. */
final class StateOptions {

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "The mesh's folder of manifests (default: this folder).")
    private Path folder = Path.of(".");

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the mesh keeps its keys and its state (default: a folder of its own under"
                    + " $$XDG_DATA_HOME/weir).")
    private @Nullable Path state;

    /** For picocli, which fills it. */
    StateOptions() {}

    StateOptions(Path folder, @Nullable Path state) {
        this.folder = folder;
        this.state = state;
    }

    Path folder() {
        return folder;
    }

    StateFolder state(Map<String, String> environment) {
        return state == null ? StateFolder.of(folder, environment) : new StateFolder(state.toAbsolutePath());
    }
}
