package dev.muster.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of members, kept over a restart: one {@code HOST:PORT} a line, those that
 * were present last first. A node finds its ring by them also when its peers are away.
 * Used on one thread, which may wait for the disk.
 */
final class AddressMemory {

    private static final Logger log = LoggerFactory.getLogger(AddressMemory.class);

    private static final int MAX_ADDRESSES = 200;

    /** No port, so that a line without one is refused. */
    private static final int NO_PORT = 0;

    private final @Nullable Path file;

    private List<Endpoint> known = List.of();

    AddressMemory(@Nullable Path file) {
        this.file = file;
    }

    /** Reads what was kept; a line that is no address is passed over with a warning. */
    List<Endpoint> load() {
        if (this.file == null || !Files.exists(this.file)) {
            return List.of();
        }
        List<Endpoint> read = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(this.file, StandardCharsets.ISO_8859_1)) {
                try {
                    read.add(Endpoint.parse(line, NO_PORT));
                }
                catch (IllegalArgumentException ex) {
                    log.warn("Remembered address passed over: file={} reason={}", this.file, ex.getMessage());
                }
            }
        }
        catch (IOException ex) {
            log.warn("Remembered addresses not readable: file={} reason={}", this.file, ex.toString());
        }
        this.known = List.copyOf(read);
        return this.known;
    }

    /** Puts these first and writes all, unless that changes nothing. */
    void remember(Collection<Endpoint> present) {
        Set<Endpoint> all = new LinkedHashSet<>(present);
        all.addAll(this.known);
        List<Endpoint> now = all.stream().limit(MAX_ADDRESSES).toList();
        if (this.file == null || now.equals(this.known)) {
            return;
        }
        this.known = now;
        StringBuilder text = new StringBuilder();
        now.forEach((endpoint) -> text.append(endpoint).append('\n'));
        Path whole = this.file.resolveSibling(this.file.getFileName() + ".new");
        try {
            try (FileChannel out = FileChannel.open(whole, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text.toString());
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(whole, this.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        catch (IOException ex) {
            // The ring works without; the next change tries again.
            log.warn("Addresses of members not kept: file={} reason={}", this.file, ex.toString());
            this.known = List.of();
        }
    }

}
