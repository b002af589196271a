package io.weir.controlplane.source.directory;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.source.decode.Codes;
import io.weir.controlplane.source.directory.FileManifests.Coverage;
import io.weir.controlplane.source.directory.FolderReader.Scan;
import io.weir.controlplane.source.directory.FolderReader.Stability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a folder of manifests and keeps a {@link ClusterState} current.
 *
 * <p>A change is published at once if it could be a finished edit, and changes that follow are gathered until 50 ms
 * of quiet, at most 200 ms. A change that takes something away or breaks a file may be half a save (editors truncate,
 * then write; or delete, then create), so it is published only after that quiet.
 */
public final class DirectorySource implements ClusterStateSource {

    private static final Logger LOG = LoggerFactory.getLogger(DirectorySource.class);
    private static final Duration SINGLE_SAVE = Duration.ofMillis(5);
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration BURST = Duration.ofMillis(200);

    private final DirectoryOptions options;
    private final LoopbackPlan plan;
    private final FolderReader reader;
    private final FolderWatch watch;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private FolderState folder;
    private @Nullable Scan published;
    private volatile ClusterState current = ClusterState.EMPTY;
    private volatile boolean closed;

    private DirectorySource(DirectoryOptions options, LoopbackPlan plan, FolderWatch watch, FolderState saved) {
        this.options = options;
        this.plan = plan;
        this.reader = new FolderReader(options.folder());
        this.watch = watch;
        this.folder = saved;
        this.thread = Thread.ofPlatform().daemon().name("folder-watch").unstarted(this::run);
    }

    /**
     * Reads the folder and goes on watching it.
     *
     * @throws IOException if this mesh gets no addresses on this machine; a folder that can't be read is no reason
     */
    public static DirectorySource start(DirectoryOptions options) throws IOException {
        FolderState saved = FolderState.EMPTY;
        if (options.savedObjects() != null) {
            try {
                saved = SavedObjects.load(options.savedObjects());
            } catch (IOException e) {
                LOG.warn("last good objects are not to be had: {}", e.getMessage());
            }
        }
        LoopbackPlan plan = LoopbackPlan.open(options.savedAddresses(), options.lockFolder());
        FolderWatch watch = new FolderWatch(options.folder());
        DirectorySource source = new DirectorySource(options, plan, watch, saved);
        source.publish(source.scan());
        source.thread.start();
        return source;
    }

    @Override
    public ClusterState current() {
        return current;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        plan.close();
    }

    private void run() {
        while (!closed) {
            try {
                if (watch.await(options.poll()) || (!closed && changed())) {
                    watch.settle(SINGLE_SAVE, BURST);
                    step();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // A bug must not end the watch: the state stays, and the next change is tried again.
                LOG.error("reading {} failed", options.folder(), e);
            }
        }
    }

    private void step() throws InterruptedException {
        Scan scan = scan();
        if (couldBeHalfASave(scan)) {
            watch.settle(QUIET, BURST);
            scan = scan();
        }
        publish(scan);
        while (!closed && watch.settle(QUIET, BURST)) {
            publish(scan());
        }
    }

    /** Whether the folder's last scan no longer holds; a folder that can't be read differs from one that could. */
    private boolean changed() {
        try {
            return reader.changed() || published == null;
        } catch (IOException e) {
            return published != null;
        }
    }

    /** What is in the folder now; null if it can't be read. */
    private @Nullable Scan scan() {
        try {
            Scan scan = reader.scan();
            watch.watch(scan.folders());
            return scan;
        } catch (IOException e) {
            LOG.debug("folder can't be read", e);
            return null;
        }
    }

    private boolean couldBeHalfASave(@Nullable Scan scan) {
        if (scan == null || scan.stability() == Stability.MOVING) {
            return true;
        }
        boolean broken = scan.files().stream().anyMatch(file -> file.coverage() == Coverage.PARTIAL);
        FolderState next = folder.merge(scan.files(), options.clock().instant()).state();
        return broken || !next.objects().keySet().containsAll(folder.objects().keySet());
    }

    private void publish(@Nullable Scan scan) {
        FolderState before = folder;
        List<Diagnostic> found = new ArrayList<>();
        if (scan == null) {
            found.add(folderFault());
        } else {
            FolderState.Merge merge = folder.merge(scan.files(), options.clock().instant());
            folder = merge.state();
            found.addAll(merge.diagnostics());
        }
        published = scan;
        ClusterState next = assemble(found);
        if (!next.equals(current)) {
            current = next;
            listeners.forEach(Runnable::run);
        }
        if (!folder.equals(before)) {
            save();
        }
    }

    private ClusterState assemble(List<Diagnostic> found) {
        ClusterAssembly.PortRules ports =
                new ClusterAssembly.PortRules(options.lowestPort(), options.httpProxyPort(), plan.taken());
        ClusterAssembly assembly = new ClusterAssembly(folder, ports, current);
        LoopbackTable table;
        try {
            table = plan.assign(
                    assembly.wantedReplicas(), Sorted.set(assembly.services().keySet()));
        } catch (IOException e) {
            LOG.warn("addresses are not saved, a restart may change them: {}", e.getMessage());
            table = plan.table();
        }
        return assembly.assemble(plan.base(), table, found);
    }

    private void save() {
        if (options.savedObjects() != null) {
            try {
                SavedObjects.save(options.savedObjects(), folder);
            } catch (IOException e) {
                LOG.warn("last good objects are not saved: {}", e.getMessage());
            }
        }
    }

    private Diagnostic folderFault() {
        return new Diagnostic(
                Severity.ERROR,
                Codes.FOLDER.code(),
                new ObjectRef("Folder", "", options.folder().toString()),
                "",
                "The folder can't be read; what it held last stays in effect.",
                "Bring the folder back, or check its permissions.",
                null);
    }
}
