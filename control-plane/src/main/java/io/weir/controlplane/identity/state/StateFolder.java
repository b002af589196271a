package io.weir.controlplane.identity.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder of small text files that only their owner can read. Each file is replaced by rename, so a reader, or a
 * process started after a crash, finds the old text or the new one.
 */
public final class StateFolder {

    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);
    private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE =
            PosixFilePermissions.asFileAttribute(OWNER_FILE);
    private static final FileAttribute<Set<PosixFilePermission>> NEW_FOLDER =
            PosixFilePermissions.asFileAttribute(OWNER_FOLDER);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
    private static final long MOST_BYTES = 1 << 20;
    private static final String LOCK = ".lock";

    private final Path path;

    private StateFolder(Path path) {
        this.path = path;
    }

    /**
     * Made, with its parents, if missing.
     *
     * @throws StateUnusable if others may enter it, another user owns it, or it is no folder
     */
    public static StateFolder open(Path folder) throws IOException {
        Path path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path, NEW_FOLDER);
        } catch (FileAlreadyExistsException e) {
            throw new StateUnusable(path + " is a file, not a folder", "move it away or name another folder", e);
        }
        refuseOthers(path, "700");
        return new StateFolder(path);
    }

    public Path path() {
        return path;
    }

    /** Where a file is or would be, for those that read it without this class (Envoy). */
    public Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no name of a state file: " + name);
        }
        return path.resolve(name);
    }

    /**
     * The right to change what only one process may change. Files made once by {@link #readOrCreate} need no lock.
     *
     * @throws StateUnusable if another process holds it
     */
    public StateLock lock() throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve(LOCK), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), NEW_FILE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw inUse();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw inUse();
        }
        return new StateLock(channel, lock);
    }

    private StateUnusable inUse() {
        return new StateUnusable(
                "another control plane is using " + path, "stop it, or give this one a state folder of its own");
    }

    /** The file's text; null if there is none. */
    public @Nullable String read(String name) throws IOException {
        Path file = file(name);
        try {
            refuseOthers(file, "600");
            if (Files.size(file) > MOST_BYTES) {
                throw new StateUnusable(file + " is larger than any state file", "restore it from a backup");
            }
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    /** Replaces the file's text. When this returns, the text is on the disk. */
    public void write(String name, String text) throws IOException {
        Path file = file(name);
        Path fresh = fresh(file, text);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        syncFolder();
    }

    /** The file's text, made first if there is none. Of several processes that do this at once, all get one text. */
    public String readOrCreate(String name, Supplier<String> text) throws IOException {
        String present = read(name);
        if (present != null) {
            return present;
        }
        Path file = file(name);
        Path fresh = fresh(file, text.get());
        try {
            // A link, unlike a rename, fails if the name is taken.
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException _) {
            // Another process was first: its text counts.
        } finally {
            Files.deleteIfExists(fresh);
        }
        syncFolder();
        String made = read(name);
        if (made == null) {
            throw new StateUnusable(file + " vanished", "find what deletes files there");
        }
        return made;
    }

    private static Path fresh(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try (FileChannel channel =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), NEW_FILE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
        return fresh;
    }

    /** A rename is on the disk only when its folder is. */
    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void refuseOthers(Path path, String mode) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            throw new StateUnusable(path + " is a symbolic link", "put the state at the path itself");
        }
        if (attributes.permissions().stream().anyMatch(OTHERS::contains)) {
            throw new StateUnusable(
                    path + " holds keys and other users may open it", "run: chmod " + mode + " " + path);
        }
        String owner = attributes.owner().getName();
        String self = System.getProperty("user.name");
        if (!Files.isReadable(path)) {
            throw new StateUnusable(path + " belongs to " + owner, "run as " + owner + ", not as " + self);
        }
    }
}
