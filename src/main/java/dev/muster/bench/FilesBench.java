package dev.muster.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

import dev.muster.content.FileName;
import dev.muster.gateway.FileControl;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.FileContent;
import dev.muster.node.Node;
import dev.muster.ring.RingConfig;
import dev.muster.rollout.RolloutOptions;
import dev.muster.service.Rung;
import dev.muster.service.ServiceStatus;

/**
 * Uploads files to one ring, one after another, each when the one before is everywhere.
 */
final class FilesBench {

    private static final Patience FILE = new Patience(Duration.ofMinutes(5));

    private static final Patience FORMING = new Patience(Duration.ofMinutes(2));

    private static final Duration LOOK = Duration.ofMillis(5);

    private static final Set<Rung> TAKEN = EnumSet.range(Rung.RENDERED, Rung.HEALTHY);

    private final int size;

    private final int mebibytes;

    private final int files;

    private final PrintStream progress;

    private final Samples accepted = new Samples();

    private final Samples inPlace = new Samples();

    private final Samples everywhere = new Samples();

    private long heap;

    FilesBench(int size, int mebibytes, int files, PrintStream progress) {
        this.size = size;
        this.mebibytes = mebibytes;
        this.files = files;
        this.progress = progress;
    }

    /**
     * @param directory for the files of all members
     */
    FilesResult run(Path directory) throws BenchFailure, InterruptedException {
        try {
            Path packages = Files.createDirectories(directory.resolve("pkgs"));
            ProbePackage.write(packages);
            try (Members ring = new Members(this.size, RingConfig.Transport.TCP, directory, packages)) {
                form(ring);
                long before = sent(ring);
                for (int file = 1; file <= this.files; file++) {
                    upload(ring, file);
                    this.progress.println("muster: file " + file + " of " + this.files + " is everywhere");
                }
                double needed = (double) this.files * this.mebibytes * (1 << 20) * (this.size - 1);
                return new FilesResult(this.size, this.mebibytes, this.files, this.accepted.percentiles(),
                        this.inPlace.percentiles(), this.everywhere.percentiles(), (sent(ring) - before) / needed,
                        this.heap >> 20);
            }
        }
        catch (IOException ex) {
            throw new BenchFailure("Files of " + this.size + " members cannot be measured: " + ex.getMessage(), ex);
        }
    }

    private void form(Members ring) throws BenchFailure, InterruptedException, IOException {
        while (ring.started() < this.size) {
            ring.startAnother();
            FORMING.until(() -> ring.whole() == ring.started(), LOOK,
                    () -> "Of " + ring.started() + " members only " + ring.whole() + " found all others");
        }
        ring.load();
        FORMING.until(() -> ring.running() == this.size, LOOK,
                () -> "Of " + this.size + " members only " + ring.running() + " know the services of all others");
    }

    private static long sent(Members ring) {
        return ring.nodes().stream().mapToLong((node) -> node.ringStatus().bytesOut()).sum();
    }

    private void upload(Members ring, int number) throws BenchFailure, InterruptedException, IOException {
        FileControl control = ring.nodes().get(0).fileControl();
        long begun = System.nanoTime();
        FileControl.Stored stored = control.receive(new Content(number, (long) this.mebibytes << 20));
        FileContent content = new FileContent(stored.hash(), stored.size(), 0640, Optional.empty());
        ApplyRequest request = new ApplyRequest(Members.GROUP, OptionalLong.empty(), null, Optional.empty(),
                FileChanges.of(Map.of(new FileName("bench"),
                        new FileChanges.Change(OptionalLong.empty(), Optional.of(content)))),
                "bench", null, RolloutOptions.NONE);
        Applied applied = FILE.of(control.apply(request), () -> "File " + number + " was not accepted");
        this.accepted.add(System.nanoTime() - begun);
        List<Node> waiting = new ArrayList<>(ring.nodes());
        FILE.until(() -> {
            this.heap = Math.max(this.heap, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
            waiting.removeAll(arrived(waiting, applied.revision().contentHash(), System.nanoTime() - begun));
            return waiting.isEmpty();
        }, LOOK, () -> "File " + number + " did not come to " + waiting.size() + " members");
        this.everywhere.add(System.nanoTime() - begun);
    }

    private Set<Node> arrived(List<Node> waiting, String content, long after) {
        Set<Node> arrived = new HashSet<>();
        for (Node node : waiting) {
            ServiceStatus status = node.services().status("probe");
            if (status.contentHash().equals(Optional.of(content)) && TAKEN.contains(status.rung())) {
                arrived.add(node);
                this.inPlace.add(after);
            }
        }
        return arrived;
    }

    /** Bytes that cannot be guessed, without holding them. */
    private static final class Content extends InputStream {

        private final Random random;

        private long left;

        private Content(long seed, long size) {
            this.random = new Random(seed);
            this.left = size;
        }

        @Override
        public int read() {
            return (this.left-- > 0) ? this.random.nextInt(256) : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (this.left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, this.left);
            byte[] next = new byte[count];
            this.random.nextBytes(next);
            System.arraycopy(next, 0, bytes, offset, count);
            this.left -= count;
            return count;
        }

    }

}
