package dev.muster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.ring.RingConfig;

/**
 * Measures one ring beside bare peers of the same number: a change, a bare broadcast and
 * a synced broadcast, in turn, each when everything before it is over.
 */
final class ApplyBench {

    static final Patience CHANGE = new Patience(Duration.ofSeconds(60));

    private static final Patience FORMING = new Patience(Duration.ofMinutes(2));

    private static final Duration LOOK = Duration.ofMillis(5);

    /** A member takes changes of a group a second apart; what follows sooner waits. */
    private static final Duration APART = Duration.ofMillis(1_050);

    /** So many of them for each change that is a second after the one before. */
    private static final int BACK_TO_BACK = 5;

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    private final int size;

    private final RingConfig.Transport transport;

    private final WarmUp warmUp;

    private final PrintStream progress;

    private final Series.Taken paced = new Series.Taken();

    private final Series.Taken backToBack = new Series.Taken();

    private final Samples rendered = new Samples();

    private int lastChange;

    private long lastApplied = System.nanoTime() - APART.toNanos();

    /** Of what members say, and of all on the wire. */
    private long changeBytes;

    private long changeWireBytes;

    private int recordBytes;

    private long told = System.nanoTime();

    /**
     * @param progress for people who wait
     */
    ApplyBench(int size, RingConfig.Transport transport, WarmUp warmUp, PrintStream progress) {
        this.size = size;
        this.transport = transport;
        this.warmUp = warmUp;
        this.progress = progress;
    }

    /**
     * @param directory for the files of all members
     */
    RingResult run(int changes, Path directory) throws BenchFailure, InterruptedException {
        tell("starting");
        try {
            Path packages = Files.createDirectories(directory.resolve("pkgs"));
            ProbePackage.write(packages);
            try (Members ring = new Members(this.size, this.transport, directory, packages);
                    BarePeers peers = new BarePeers(this.transport, directory)) {
                form(ring, peers);
                int warm = warmUp(ring, peers);
                Traffic idle = idle(ring);
                for (int done = 0; done < changes; done++) {
                    tellNowAndThen("change " + done + " of " + changes);
                    round(ring, peers, Optional.of(this.paced));
                }
                backToBack(ring, peers, BACK_TO_BACK * changes);
                tell("closing");
                return new RingResult(this.size, warm, this.recordBytes,
                        new Traffic(this.changeBytes / changes / this.size, this.changeWireBytes / changes / this.size),
                        idle, this.paced.series(changes), this.rendered.percentiles(),
                        this.backToBack.series(BACK_TO_BACK * changes));
            }
        }
        catch (IOException ex) {
            throw new BenchFailure("A ring of " + this.size + " members cannot be measured: " + ex.getMessage(), ex);
        }
    }

    /**
     * One after another: together, so many on one machine would take each other for dead
     * before they have met.
     */
    private void form(Members ring, BarePeers peers) throws BenchFailure, InterruptedException, IOException {
        while (ring.started() < this.size) {
            ring.startAnother();
            FORMING.until(() -> ring.whole() == ring.started(), LOOK,
                    () -> "Of " + ring.started() + " members only " + ring.whole() + " found all others");
            tellNowAndThen(ring.started() + " members are a ring");
        }
        while (peers.started() < this.size) {
            peers.startAnother();
            FORMING.until(() -> peers.whole() == peers.started(), LOOK,
                    () -> "Of " + peers.started() + " bare peers only " + peers.whole() + " found all others");
            tellNowAndThen(peers.started() + " bare peers have met");
        }
        ring.load();
        FORMING.until(() -> ring.running() == this.size, LOOK,
                () -> "Of " + this.size + " members only " + ring.running() + " know the services of all others");
        tell("warming up");
    }

    private int warmUp(Members ring, BarePeers peers) throws BenchFailure, InterruptedException, IOException {
        long before = ring.logBytes();
        change(ring, Optional.empty());
        this.recordBytes = (int) (ring.logBytes() - before);
        for (int done = 1; done <= this.warmUp.elsewhere(); done++) {
            tellNowAndThen(
                    "warm-up, change " + done + " of " + this.warmUp.elsewhere() + " of groups that nobody runs");
            CHANGE.of(ring.applyElsewhere(done), () -> "A change of a group that nobody runs was not accepted");
        }
        long end = System.nanoTime() + this.warmUp.time().toNanos();
        while (this.lastChange < this.warmUp.changes() || System.nanoTime() - end < 0) {
            tellNowAndThen("warm-up, change " + this.lastChange);
            round(ring, peers, Optional.empty());
        }
        return this.lastChange;
    }

    /** In a second in which nobody changes anything. */
    private Traffic idle(Members ring) throws InterruptedException {
        tell("resting");
        long before = ring.bytesIn();
        long wireBefore = ring.wireBytes();
        TimeUnit.NANOSECONDS.sleep(this.warmUp.rest().toNanos());
        long memberSeconds = this.size * Math.max(1, this.warmUp.rest().toSeconds());
        return new Traffic((ring.bytesIn() - before) / memberSeconds, (ring.wireBytes() - wireBefore) / memberSeconds);
    }

    /** In another order each time, so that none of them always follows the same one. */
    private void round(Members ring, BarePeers peers, Optional<Series.Taken> taken)
            throws BenchFailure, InterruptedException, IOException {
        if (this.lastChange % 2 == 0) {
            broadcast(peers, taken);
            syncedBroadcast(peers, taken);
        }
        change(ring, taken);
        if (this.lastChange % 2 == 0) {
            syncedBroadcast(peers, taken);
            broadcast(peers, taken);
        }
    }

    private void change(Members ring, Optional<Series.Taken> taken) throws BenchFailure, InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, this.lastApplied + APART.toNanos() - System.nanoTime()));
        this.lastApplied = System.nanoTime();
        long bytes = ring.bytesIn();
        long wireBytes = ring.wireBytes();
        Members.Change change = ring.apply(++this.lastChange);
        Revision revision = received(change);
        CHANGE.of(change.rendered(), () -> "Change " + this.lastChange + " was not rendered by all members");
        CHANGE.until(() -> ring.isOver(revision), Duration.ofMillis(Math.max(1, this.size / 3)),
                () -> "Not all members heard that change " + this.lastChange + " was taken by all");
        taken.ifPresent((series) -> {
            this.changeBytes += ring.bytesIn() - bytes;
            this.changeWireBytes += ring.wireBytes() - wireBytes;
            series.accepted.add(change.untilAccepted());
            series.received.add(change.untilReceived());
            this.rendered.add(change.untilRendered());
        });
    }

    /** What members say of themselves meanwhile goes on beside it, on the same cores. */
    private void backToBack(Members ring, BarePeers peers, int changes)
            throws BenchFailure, InterruptedException, IOException {
        Optional<Series.Taken> taken = Optional.of(this.backToBack);
        Revision last = null;
        for (int done = 0; done < changes; done++) {
            tellNowAndThen("back to back, change " + done + " of " + changes);
            broadcast(peers, taken);
            syncedBroadcast(peers, taken);
            Members.Change change = ring.apply(++this.lastChange);
            last = received(change);
            this.backToBack.accepted.add(change.untilAccepted());
            this.backToBack.received.add(change.untilReceived());
        }
        Revision end = Objects.requireNonNull(last);
        CHANGE.until(() -> ring.isOver(end), LOOK, () -> "Not all members took the last of many changes");
    }

    private Revision received(Members.Change change) throws BenchFailure, InterruptedException {
        Revision revision = CHANGE.of(change.accepted(), () -> "Change " + change.number() + " was not accepted");
        RevisionStatus status = CHANGE.of(change.received(),
                () -> "Change " + change.number() + " was not received by all members");
        if (!status.received() || status.members().size() != this.size) {
            throw new BenchFailure("Change " + change.number() + " was not received by all " + this.size
                    + " members within " + CHANGE.limit().toSeconds() + " s: "
                    + status.members().stream().filter((member) -> !member.received()).toList());
        }
        return revision;
    }

    private void broadcast(BarePeers peers, Optional<Series.Taken> taken) throws BenchFailure, InterruptedException {
        long start = System.nanoTime();
        long end = CHANGE.of(peers.broadcast(this.recordBytes).thenApply((done) -> System.nanoTime()),
                () -> "A bare broadcast was not answered by all");
        taken.ifPresent((series) -> series.broadcast.add(end - start));
    }

    private void syncedBroadcast(BarePeers peers, Optional<Series.Taken> taken)
            throws BenchFailure, InterruptedException, IOException {
        long start = System.nanoTime();
        peers.write(this.recordBytes);
        long written = System.nanoTime();
        long end = CHANGE.of(peers.syncedBroadcast(this.recordBytes).thenApply((done) -> System.nanoTime()),
                () -> "A synced broadcast was not answered by all");
        taken.ifPresent((series) -> {
            series.syncedWrite.add(written - start);
            series.syncedBroadcast.add(end - start);
        });
    }

    private void tell(String what) {
        this.told = System.nanoTime();
        this.progress.println(this.size + " members: " + what);
    }

    private void tellNowAndThen(String what) {
        if (System.nanoTime() - this.told > PROGRESS.toNanos()) {
            tell(what);
        }
    }

    /**
     * What happens before anything is measured.
     *
     * @param elsewhere so many changes of groups that nobody runs, one right behind the
     * other: what has run some dozen times only has not been compiled, and is slower by
     * ten times
     * @param changes so many at least
     * @param time so long at least
     * @param rest so long nothing is changed then, to see what is said anyway
     */
    record WarmUp(int elsewhere, int changes, Duration time, Duration rest) {

        /** Members ask each other as often as that rest is long, on the average. */
        static final WarmUp DEFAULT = new WarmUp(2_000, 10, Duration.ofSeconds(10), Duration.ofSeconds(20));

    }

}
