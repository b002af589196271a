package io.weir.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the examples that may be edited: {@code bookstore/} with the manifests, and {@code echo/}, their app. */
final class DemoFolder {

    private static final String MARKER = ".weir-demo";
    private static final List<String> PARTS = List.of("bookstore", "echo");

    private DemoFolder() {}

    /**
     * Makes a fresh copy; one of an earlier demo is replaced.
     *
     * @return the folder of manifests
     * @throws IOException with a message for people, where the folder has something else in it
     */
    static Path copy(Path examples, Path folder) throws IOException {
        for (String part : PARTS) {
            if (!Files.isDirectory(examples.resolve(part))) {
                throw new IOException(examples.resolve(part) + " is missing; run weir demo from a checkout of Weir");
            }
        }
        if (Files.isDirectory(folder) && !isEmpty(folder)) {
            if (!Files.exists(folder.resolve(MARKER))) {
                throw new IOException(folder + " is not empty and not a demo's; choose another with --folder");
            }
            for (String part : PARTS) {
                delete(folder.resolve(part));
            }
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(MARKER), "weir demo replaces what is in this folder\n");
        for (String part : PARTS) {
            copyFiles(examples.resolve(part), Files.createDirectories(folder.resolve(part)));
        }
        return manifests(folder);
    }

    static Path manifests(Path folder) {
        return folder.resolve("bookstore");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
