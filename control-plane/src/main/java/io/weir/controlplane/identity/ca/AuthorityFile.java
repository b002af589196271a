package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.ca.store.AuthorityStore;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.state.StateLock;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The authority's state on the disk: a file in the state folder, which is locked meanwhile. */
final class AuthorityFile implements AuthorityStore {

    static final String NAME = "authority.json";

    private static final String ONLY = "1";

    private final StateFolder folder;
    private final StateLock lock;

    /** @throws io.weir.controlplane.identity.state.StateUnusable if another process uses the folder */
    AuthorityFile(StateFolder folder) throws IOException {
        this.folder = folder;
        this.lock = folder.lock();
    }

    @Override
    public @Nullable Saved read() throws IOException {
        String text = folder.read(NAME);
        return text == null ? null : new Saved(text, ONLY);
    }

    @Override
    public String write(String text, @Nullable String replaced) throws IOException {
        // Nobody else can have written: the folder is locked.
        folder.write(NAME, text);
        return ONLY;
    }

    @Override
    public String place() {
        return folder.file(NAME).toString();
    }

    @Override
    public String remedy() {
        return "restore it from a backup; or remove it: Weir then makes a new root, and every "
                + "proxy must be restarted with it";
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
