package io.weir.bench.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;

/** A mesh as a folder of manifests. */
public final class FolderMesh implements Mesh {

    /** What a mesh on one machine has at most, less the one workload without a sidecar. */
    private static final int MOST_APPS = 254;

    private final Path folder;
    private final Manifests manifests;

    private FolderMesh(Path folder, Shape shape) {
        this.folder = folder;
        this.manifests = new Manifests(shape);
    }

    /**
     * Writes all manifests.
     *
     * @param folder made if it is missing
     */
    public static FolderMesh write(Path folder, Shape shape) throws IOException {
        if (shape.apps() > MOST_APPS) {
            throw new IllegalArgumentException("a mesh on one machine has at most " + MOST_APPS + " sidecars, and this "
                    + "one would have " + shape.apps());
        }
        FolderMesh mesh = new FolderMesh(Files.createDirectories(folder), shape);
        mesh.save("namespaces", mesh.manifests.namespaces());
        mesh.save("accounts", mesh.manifests.accounts());
        mesh.save("apps", Manifests.each(shape.apps(), mesh::app));
        mesh.save("services", mesh.services());
        mesh.save("access", mesh.manifests.grants());
        mesh.weigh(0);
        mesh.move(0);
        return mesh;
    }

    public Path folder() {
        return folder;
    }

    @Override
    public Shape shape() {
        return manifests.shape();
    }

    @Override
    public long weigh(int round) throws IOException {
        return save("split", Manifests.split(round));
    }

    /** It has no sidecar, and so is where its app is. */
    @Override
    public long move(int moves) throws IOException {
        return save(Manifests.MOVING, """
                apiVersion: weir.io/v1alpha1
                kind: Workload
                metadata: {namespace: %s, name: %s, labels: {app: %s}, annotations: {weir.io/inject: disabled}}
                spec: {address: %s, ports: [{name: http, port: %d}]}
                """.formatted(
                Manifests.FIRST, Manifests.MOVING, Manifests.MOVING, Manifests.address(moves), Manifests.APP_PORT));
    }

    private String services() {
        String quiet = manifests.services().stream()
                .map(service ->
                        Manifests.service(service.namespace(), service.name(), "{app: set-" + service.set() + "}"))
                .collect(Collectors.joining("---\n"));
        return quiet + "---\n"
                + Manifests.service(Manifests.FIRST, Manifests.MOVING, "{app: " + Manifests.MOVING + "}");
    }

    private String app(int number) {
        Shape shape = shape();
        int set = shape.setOfApp(number);
        int account = shape.accountOfSet(set);
        return """
                apiVersion: weir.io/v1alpha1
                kind: Workload
                metadata: {namespace: %s, name: app-%d, labels: {app: set-%d}}
                spec: {serviceAccount: account-%d, ports: [{name: http, port: %d}]}
                """.formatted(shape.namespace(account), number, set, account, Manifests.APP_PORT);
    }

    /** As an editor does that saves by renaming. */
    private long save(String name, String text) throws IOException {
        long began = System.nanoTime();
        Path fresh = Files.writeString(folder.resolveSibling(folder.getFileName() + ".new"), text);
        Files.move(
                fresh,
                folder.resolve(name + ".yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return began;
    }
}
