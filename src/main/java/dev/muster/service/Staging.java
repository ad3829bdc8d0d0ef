package dev.muster.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Where a rendering, which may have secrets in it, lies until it is taken: written aside
 * as a whole, so that a full disk or a refusal leaves everything as it was, then moved
 * file by file over its predecessor, so that no reader ever meets a missing or
 * half-written one.
 */
final class Staging {

    /** The directory's name below the service's own. */
    static final String NAME = ".staging";

    /** Its part with the group's files, there while they are looked at. */
    static final String FILES = "files";

    private static final String PLAIN_RUN = "run";

    /** Of hooks, of files that are programs, and of directories. */
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-x---");

    private static final Set<PosixFilePermission> CONFIG_FILE = PosixFilePermissions.fromString("rw-r-----");

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions
        .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final ServiceDirectory directory;

    private final Path path;

    Staging(ServiceDirectory directory) {
        this.directory = directory;
        this.path = directory.path().resolve(NAME);
    }

    Path path() {
        return this.path;
    }

    /** Whether every file lies in its place already, and no other that should go. */
    boolean nothingToDo(Rendering rendering, Collection<String> before) throws IOException {
        if (!rendering.files().keySet().containsAll(before)) {
            return false;
        }
        for (Map.Entry<String, byte[]> file : rendering.files().entrySet()) {
            if (!holds(file.getKey(), file.getValue())) {
                return false;
            }
        }
        return holds(PLAIN_RUN, rendering.files().getOrDefault(Rendering.HOOKS + PLAIN_RUN, new byte[0]));
    }

    private boolean holds(String name, byte[] content) throws IOException {
        Path file = inside(this.directory.path(), name);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content) && mode(name, content).containsAll(mode(file));
    }

    private static Set<PosixFilePermission> mode(Path file) throws IOException {
        return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** A file of the configuration that names its interpreter may be run. */
    private static Set<PosixFilePermission> mode(String name, byte[] content) {
        boolean program = content.length > 1 && content[0] == '#' && content[1] == '!';
        return (name.startsWith(Rendering.CONFIG) && !program) ? CONFIG_FILE : PROGRAM;
    }

    /**
     * Writes all files; the user of the service can read them and no more, as in their
     * place.
     * @throws IOException when they are not all there; {@link #discard} follows
     */
    void write(Rendering rendering, RunAs runAs) throws IOException {
        remove(this.path);
        makeDirectory(this.path, runAs);
        for (Map.Entry<String, byte[]> file : rendering.files().entrySet()) {
            write(file.getKey(), file.getValue(), runAs);
        }
        write(PLAIN_RUN, rendering.files().getOrDefault(Rendering.HOOKS + PLAIN_RUN, new byte[0]), runAs);
    }

    /**
     * Makes the directory where the {@code check} hook finds the group's files. It is the
     * node's own, so that nobody else can put a link in its place while it is removed.
     */
    Path makeFiles(RunAs runAs) throws IOException {
        Path files = this.path.resolve(FILES);
        makeDirectory(files, runAs);
        return files;
    }

    private void write(String name, byte[] content, RunAs runAs) throws IOException {
        Path file = inside(this.path, name);
        makeParents(file.getParent(), runAs);
        ServiceDirectory.write(file, content);
        if (name.startsWith(Rendering.CONFIG)) {
            ServiceDirectory.own(file, runAs);
        }
        else {
            ServiceDirectory.share(file, runAs);
        }
        // Last, for only now it belongs to those who may read it.
        Files.setPosixFilePermissions(file, mode(name, content));
    }

    private void makeParents(Path parent, RunAs runAs) throws IOException {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            makeParents(parent.getParent(), runAs);
            makeDirectory(parent, runAs);
        }
    }

    private static void makeDirectory(Path directory, RunAs runAs) throws IOException {
        Files.createDirectory(directory, PRIVATE);
        ServiceDirectory.share(directory, runAs);
        Files.setPosixFilePermissions(directory, PROGRAM);
    }

    /**
     * Puts every file that differs in its place.
     * @param before files of the rendering before this one; those without a successor are
     * removed
     */
    void swap(Rendering rendering, RunAs runAs, Collection<String> before) throws IOException {
        // What a full disk could refuse comes first, while nothing has been moved.
        for (String name : rendering.files().keySet()) {
            this.directory.makeParents(inside(this.directory.path(), name), runAs);
        }
        for (String name : rendering.files().keySet()) {
            move(name);
        }
        move(PLAIN_RUN);
        for (String name : before) {
            if (!rendering.files().containsKey(name)) {
                Files.deleteIfExists(inside(this.directory.path(), name));
            }
        }
        discard();
    }

    private void move(String name) throws IOException {
        Path from = this.path.resolve(name);
        Path to = inside(this.directory.path(), name);
        if (Files.isRegularFile(to, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(from, to) == -1
                && mode(from).containsAll(mode(to))) {
            return;
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path inside(Path directory, String name) {
        Path file = directory.resolve(name).normalize();
        if (!file.startsWith(directory)) {
            throw new IllegalArgumentException("A rendered file must stay below " + directory + ", not be " + name);
        }
        return file;
    }

    void discard() throws IOException {
        remove(this.path);
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(tree);
            return;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(tree)) {
            for (Path child : children) {
                remove(child);
            }
        }
        Files.delete(tree);
    }

}
