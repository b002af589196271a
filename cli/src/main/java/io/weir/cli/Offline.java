package io.weir.cli;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.directory.ManifestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A mesh from files, without running it.
 *
 * @param diagnostics of reading and of building, sorted by place
 */
record Offline(ClusterState state, MeshModel model, List<Diagnostic> diagnostics) {

    private static final Path STANDARD_INPUT = Path.of("-");

    /** "Nobody collects traces": not to be said by who does not know with which options the mesh runs. */
    private static final String NO_COLLECTOR = "WEIR225";

    private static final Comparator<Diagnostic> BY_PLACE = Comparator.comparing((Diagnostic diagnostic) ->
                    diagnostic.location() == null ? "" : diagnostic.location().file())
            .thenComparingInt(diagnostic ->
                    diagnostic.location() == null ? 0 : diagnostic.location().line())
            .thenComparing(Diagnostic::code)
            .thenComparing(Diagnostic::field)
            .thenComparing(Diagnostic::object)
            .thenComparing(Diagnostic::message);

    /** Reads files and folders; {@code -} is standard input. */
    static Offline load(List<Path> files, InputStream in, MeshSettings settings) {
        try {
            TreeMap<String, String> texts = new TreeMap<>();
            if (files.contains(STANDARD_INPUT)) {
                texts.put("<stdin>", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            List<Path> paths =
                    files.stream().filter(file -> !file.equals(STANDARD_INPUT)).toList();
            return of(ManifestFiles.read(paths, texts), settings).unsureOfTraces();
        } catch (NoSuchFileException e) {
            throw new Failure("there is no " + e.getMessage(), "check the path; - reads standard input");
        } catch (IOException e) {
            throw new Failure("can't read: " + e.getMessage(), "check the path and its permissions");
        }
    }

    /** How many objects there are, those left out not counted. */
    int objects() {
        return state.locations().size();
    }

    /** The same without what is said of a mesh that has no collector of traces, where it is not known whether it has one. */
    Offline unsureOfTraces() {
        return new Offline(
                state,
                model,
                diagnostics.stream()
                        .filter(finding -> !finding.code().equals(NO_COLLECTOR))
                        .toList());
    }

    static Offline of(ClusterState state, MeshSettings settings) {
        Built built = MeshModelBuilder.build(state, settings);
        List<Diagnostic> diagnostics = new ArrayList<>(state.diagnostics());
        for (Diagnostic diagnostic : built.diagnostics()) {
            if (!diagnostics.contains(diagnostic)) {
                diagnostics.add(diagnostic);
            }
        }
        diagnostics.sort(BY_PLACE);
        return new Offline(state, built.model(), List.copyOf(diagnostics));
    }
}
