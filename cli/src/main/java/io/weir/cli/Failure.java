package io.weir.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** A command can't do what it was asked to. Says what is wrong and what to do next; exit code 1. */
final class Failure extends RuntimeException {

    private final String next;

    /** @param next what to do or run, as a sentence */
    Failure(String message, String next) {
        super(message, null, false, false);
        this.next = next;
    }

    /** What went wrong, in words: the message of a {@link FileSystemException} may be a path and nothing else. */
    static String text(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist and can't be made";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NotDirectoryException file -> file.getFile() + " is no folder";
            case FileAlreadyExistsException taken -> taken.getFile() + " is in the way: it is no folder";
            case FileSystemException other
            when other.getReason() == null ->
                other.getFile() + " can't be used (" + other.getClass().getSimpleName() + ")";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    String next() {
        return next;
    }
}
