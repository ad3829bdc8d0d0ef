package dev.muster.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import dev.muster.service.Processes;
import org.jspecify.annotations.Nullable;

/**
 * What a demo has started: its Supervisors, on addresses and in a directory of its own.
 * Closing it, on whatever thread and at whatever moment, ends what was started and starts
 * nothing more.
 */
final class Stage {

    /** For a Supervisor, or a service, to come up. */
    static final Duration START = Duration.ofSeconds(120);

    /** Longer than a service may take to stop. */
    private static final Duration END = Duration.ofSeconds(30);

    private static final Duration LAST = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Path home;

    private final Processes processes;

    private final RandomGenerator random;

    private final Consumer<String> progress;

    /** In the order they were started. Guarded by this. */
    private final Map<Member, Supervisor> running = new LinkedHashMap<>();

    /** Guarded by this. */
    private @Nullable Place place;

    /** Guarded by this. */
    private @Nullable DemoDirectory directory;

    /** Guarded by this. */
    private boolean closed;

    /**
     * @param home the distribution that the Supervisors are started from
     * @param progress told what happens now, a line at a time
     */
    Stage(Path home, Processes processes, RandomGenerator random, Consumer<String> progress) {
        this.home = home;
        this.processes = processes;
        this.random = random;
        this.progress = progress;
    }

    void tell(String line) {
        this.progress.accept(line);
    }

    /** Finds free addresses, and makes the directory. */
    Place open() throws DemoFailedException {
        Place found = Place.find(this.random);
        synchronized (this) {
            checkOpen();
            this.place = found;
            this.directory = DemoDirectory.create(this.home);
        }
        return found;
    }

    /** Starts a member, or starts one again that has ended. */
    synchronized Supervisor start(Member member) throws DemoFailedException {
        checkOpen();
        Supervisor started = Supervisor.start(member, Objects.requireNonNull(this.place),
                Objects.requireNonNull(this.directory), this.home, this.processes);
        this.running.put(member, started);
        return started;
    }

    private synchronized void checkOpen() throws DemoFailedException {
        if (this.closed) {
            throw new DemoFailedException("Interrupted");
        }
    }

    synchronized Supervisor supervisor(Member member) {
        return Objects.requireNonNull(this.running.get(member), member.name());
    }

    synchronized boolean isClosed() {
        return this.closed;
    }

    synchronized List<Supervisor> supervisors() {
        return new ArrayList<>(this.running.values());
    }

    /** Where its files are; null before there are any. */
    synchronized @Nullable Path files() {
        return (this.directory != null) ? this.directory.path() : null;
    }

    /** From here on nothing is started; what runs is left alone. */
    synchronized void leave() {
        this.closed = true;
    }

    /**
     * Ends everything and removes it. Calling it again does nothing.
     * @throws DemoFailedException when something is left, and says what
     */
    synchronized void close() throws DemoFailedException {
        if (this.closed) {
            return;
        }
        this.closed = true;
        List<Supervisor> all = supervisors();
        all.forEach((supervisor) -> supervisor.signal("TERM"));
        awaitEnd(all, END);
        all.stream().filter((supervisor) -> !supervisor.hasEnded()).forEach((supervisor) -> supervisor.signal("KILL"));
        awaitEnd(all, LAST);
        if (this.directory != null) {
            this.directory.remove();
        }
    }

    private static void awaitEnd(List<Supervisor> supervisors, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!supervisors.stream().allMatch(Supervisor::hasEnded) && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

}
