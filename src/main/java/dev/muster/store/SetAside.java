package dev.muster.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.muster.rumor.Hash;

/**
 * Copies damaged bytes to where they are kept, and tells of them. The files they are in
 * stay as they are. Any thread may call this.
 */
final class SetAside {

    private static final Logger log = LoggerFactory.getLogger(SetAside.class);

    private final Path directory;

    private final Consumer<Damage> listener;

    private final List<Damage> found = new CopyOnWriteArrayList<>();

    /**
     * @param directory made when the first bytes go there; the copy of what was at offset
     * 80 of {@code 0000000001.facts} is {@code 0000000001.facts-at-80}
     */
    SetAside(Path directory, Consumer<Damage> listener) {
        this.directory = directory;
        this.listener = listener;
    }

    List<Damage> found() {
        return List.copyOf(this.found);
    }

    void report(Segment segment, long offset, long length, String reason, @Nullable Hash fact) {
        Path copy = this.directory.resolve(segment.file().getFileName() + "-at-" + offset);
        Optional<Path> kept = Optional.of(copy);
        try {
            if (!Files.exists(copy) || Files.size(copy) != length) {
                Files.createDirectories(this.directory);
                copy(segment.file(), offset, length, copy);
            }
        }
        catch (IOException ex) {
            log.warn("Damaged bytes not copied, their file is kept: file={} offset={} reason={}", segment.file(),
                    offset, ex.toString());
            segment.pin();
            kept = Optional.empty();
        }
        Damage damage = new Damage(segment.file(), offset, length, reason, Optional.ofNullable(fact), kept);
        log.warn("Log damaged: file={} offset={} bytes={} reason={} copy={}", segment.file(), offset, length, reason,
                kept.map(Path::toString).orElse("none"));
        this.found.add(damage);
        this.listener.accept(damage);
    }

    private static void copy(Path from, long offset, long length, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            long copied = 0;
            while (copied < length) {
                long count = in.transferTo(offset + copied, length - copied, out);
                if (count <= 0) {
                    throw new IOException(from + " became shorter while it was copied");
                }
                copied += count;
            }
            out.force(true);
        }
    }

}
