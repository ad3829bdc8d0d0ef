package dev.muster.ring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of peers, one {@code HOST[:PORT]} a line, what follows a {@code #} left out. It
 * may be changed at any time, also by another one that takes its name; what is wrong with
 * it is said once for each state of it and ends nothing. Used on one thread, which may
 * wait for the disk.
 */
final class PeerFile {

    private static final Logger log = LoggerFactory.getLogger(PeerFile.class);

    /** Habitat's port for the traffic between Supervisors. */
    private static final int PORT = 9638;

    private static final int MOST_BYTES = 1024 * 1024;

    private final Path path;

    /** What was read last; null for a file that is missing or cannot be read. */
    private @Nullable String known;

    /** What was wrong with it then. */
    private String told = "";

    private boolean looked;

    PeerFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /**
     * The peers it names now and where each stands, if that may be other than at the last
     * look. A file that is gone names none.
     */
    Optional<Map<Endpoint, String>> look() {
        String text = null;
        String problem = "";
        try {
            BasicFileAttributes file = Files.readAttributes(this.path, BasicFileAttributes.class);
            if (!file.isRegularFile()) {
                // Whoever opens a pipe may wait for ever.
                problem = "it is a directory, a pipe or a device, and a file is needed";
            }
            else if (file.size() > MOST_BYTES) {
                problem = "it is longer than " + MOST_BYTES + " bytes";
            }
            else {
                text = Files.readString(this.path, StandardCharsets.ISO_8859_1);
            }
        }
        catch (NoSuchFileException ex) {
            problem = "it does not exist";
        }
        catch (IOException ex) {
            problem = ex.toString();
        }
        if (this.looked && Objects.equals(text, this.known) && problem.equals(this.told)) {
            return Optional.empty();
        }
        boolean none = this.looked && text == null && this.known == null;
        this.told = problem;
        this.looked = true;
        this.known = text;
        if (text == null) {
            log.warn("File of peers names none: file={} reason=\"{}\"", this.path, problem);
            return none ? Optional.empty() : Optional.of(Map.of());
        }
        Map<Endpoint, String> peers = read(text);
        log.info("File of peers read: file={} peers={}", this.path, peers.keySet());
        return Optional.of(peers);
    }

    private Map<Endpoint, String> read(String text) {
        Map<Endpoint, String> peers = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            String place = this.path + ":" + (i + 1);
            try {
                peers.putIfAbsent(Endpoint.parse(line, PORT), place);
            }
            catch (IllegalArgumentException ex) {
                log.warn("Line of the file of peers passed over: line={} reason=\"{}\"", place, ex.getMessage());
            }
        }
        return peers;
    }

}
