package dev.muster.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.muster.config.Toml;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of spec files. Each is written beside its place, synced and moved there,
 * so that a reader, or a node after a loss of power, finds the old one or the new one.
 */
final class SpecFiles {

    private static final Logger log = LoggerFactory.getLogger(SpecFiles.class);

    private static final String SUFFIX = ".spec";

    private final Path directory;

    SpecFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Every spec that can be read; the others are named in the log and left as they are.
     */
    List<ServiceSpec> readAll() {
        List<ServiceSpec> specs = new ArrayList<>();
        if (!Files.isDirectory(this.directory)) {
            return specs;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    specs.add(read(file));
                }
                catch (IOException | RuntimeException ex) {
                    log.error("Spec skipped, the service is not loaded: file={} reason={}", file, ex.getMessage());
                }
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot list the specs in " + this.directory, ex);
        }
        return specs;
    }

    /**
     * The spec of a service as its file has it now; empty if there is none.
     * @throws MalformedSpecException when it cannot be read
     */
    Optional<ServiceSpec> read(String name) {
        Path file = file(name);
        try {
            return Optional.of(read(file));
        }
        catch (NoSuchFileException ex) {
            return Optional.empty();
        }
        catch (IOException | RuntimeException ex) {
            throw new MalformedSpecException(file + ": " + ex.getMessage(), ex);
        }
    }

    /** Whether there is a directory of specs, which the first one makes. */
    boolean areThere() {
        return Files.isDirectory(this.directory);
    }

    /**
     * By service name, what changes whenever its file does.
     */
    Map<String, String> stamps() {
        Map<String, String> stamps = new TreeMap<>();
        if (!Files.isDirectory(this.directory)) {
            return stamps;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, "[!.]*" + SUFFIX)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(name.substring(0, name.length() - SUFFIX.length()),
                        found.lastModifiedTime() + " " + found.size() + " " + found.fileKey());
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot list the specs in " + this.directory, ex);
        }
        return stamps;
    }

    private static ServiceSpec read(Path file) throws IOException {
        ServiceSpec spec = SpecCodec.read(Toml.parse(Files.readString(file)));
        String expected = spec.name() + SUFFIX;
        if (!expected.equals(String.valueOf(file.getFileName()))) {
            throw new MalformedSpecException("a spec of " + spec.ident() + " is called " + expected);
        }
        return spec;
    }

    /**
     * @throws UncheckedIOException when it is not safely on disk; the old one stands then
     */
    void write(ServiceSpec spec) {
        Path file = file(spec.name());
        Path fresh = this.directory.resolve("." + spec.name() + ".fresh");
        try {
            Files.createDirectories(this.directory);
            byte[] text = Toml.write(SpecCodec.write(spec)).getBytes(StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(text);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot write " + file + ": " + ex.getMessage(), ex);
        }
    }

    /**
     * @throws UncheckedIOException when the file cannot be removed
     */
    void delete(String name) {
        Path file = file(name);
        try {
            if (Files.deleteIfExists(file)) {
                syncDirectory();
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot remove " + file + ": " + ex.getMessage(), ex);
        }
    }

    private Path file(String name) {
        return this.directory.resolve(name + SUFFIX);
    }

    /** A rename is only safe from a loss of power once the directory itself is synced. */
    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(this.directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

}
