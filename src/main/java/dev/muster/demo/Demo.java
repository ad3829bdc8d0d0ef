package dev.muster.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import dev.muster.service.Processes;
import dev.muster.shell.CommandRunner.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The walk: four Supervisors, four Redis, one change, and a look at all of them before
 * and after it. Closing it, on whatever thread and at whatever moment, ends what it has
 * started and starts nothing more.
 */
final class Demo {

    private static final int NOT_FOUND = 5;

    private static final Duration START = Duration.ofSeconds(120);

    /** After that long what has not happened counts as not happening. */
    private static final Duration CHANGE = Duration.ofSeconds(60);

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
    private @Nullable DemoDirectory directory;

    /** Guarded by this. */
    private boolean closed;

    /**
     * @param home the distribution that the Supervisors are started from
     * @param progress told what happens now, a line at a time
     */
    Demo(Path home, Processes processes, RandomGenerator random, Consumer<String> progress) {
        this.home = home;
        this.processes = processes;
        this.random = random;
        this.progress = progress;
    }

    /**
     * Walks to the end, and judges.
     * @throws DemoFailedException when it cannot be walked that far
     */
    Report run() throws DemoFailedException {
        Place place = Place.find(this.random);
        DemoDirectory files = open();
        tell("Four Supervisors on " + place.network() + ".2 to .5, their files in " + files.path());
        for (Member member : Member.ALL) {
            Supervisor supervisor = start(member, place, files);
            tell("  " + member.name() + "  " + supervisor.address() + "  pid " + supervisor.pid() + "  for "
                    + member.serviceGroup() + (member.peered() ? ", peer of a" : "")
                    + (member.equals(Member.D) ? ", a ring of its own" : ""));
        }
        List<Supervisor> all = supervisors();
        tell("Waiting for the ring of a, b and c");
        for (Supervisor supervisor : all) {
            supervisor.awaitRing(START);
        }
        for (Supervisor supervisor : all) {
            tell("On " + supervisor.member().name() + ": muster svc load core/redis --group "
                    + supervisor.member().group());
            supervisor.ask("svc", "load", "core/redis", "--group", supervisor.member().group());
        }
        Map<Member, Sight> before = new LinkedHashMap<>();
        for (Supervisor supervisor : all) {
            before.put(supervisor.member(), supervisor.awaitRedis(START));
        }
        tell("All four Redis answer on port " + place.before());
        Claim.Change change = change(place);
        Map<Member, Story> stories = new LinkedHashMap<>();
        for (Supervisor supervisor : all) {
            Member member = supervisor.member();
            stories.put(member, new Story(member, supervisor.address(), before.get(member), supervisor.look()));
        }
        tell("Looked at all four again");
        return new Report(place.network(), List.copyOf(stories.values()), Claim.of(stories, change));
    }

    private Claim.Change change(Place place) throws DemoFailedException {
        String group = Member.A.serviceGroup();
        String layer = "port = " + place.after();
        tell("On a: echo '" + layer + "' | muster config apply " + group + " 1");
        Outcome applied = supervisor(Member.A).command(layer + "\n", "config", "apply", group, "1");
        Object id = Supervisor.tree(applied.output()).get("id");
        if (id == null) {
            throw new DemoFailedException(
                    "\"muster config apply\" ended with " + applied.code() + ": " + Supervisor.detail(applied));
        }
        String revision = id.toString();
        tell((applied.code() == 0) ? "All of " + group + " have received " + revision
                : "It ended with " + applied.code() + ": " + Supervisor.detail(applied));
        for (Member member : List.of(Member.A, Member.B)) {
            supervisor(member).watchRedis(place.after(), CHANGE);
        }
        boolean escaped = supervisor(Member.D).command("", "config", "status", group, revision).code() != NOT_FOUND;
        return new Claim.Change(place.before(), place.after(), revision, applied.code() == 0, escaped);
    }

    private void tell(String line) {
        this.progress.accept(line);
    }

    private synchronized DemoDirectory open() throws DemoFailedException {
        checkOpen();
        DemoDirectory opened = DemoDirectory.create(this.home);
        this.directory = opened;
        return opened;
    }

    private synchronized Supervisor start(Member member, Place place, DemoDirectory files) throws DemoFailedException {
        checkOpen();
        Supervisor started = Supervisor.start(member, place, files, this.home, this.processes);
        this.running.put(member, started);
        return started;
    }

    private synchronized void checkOpen() throws DemoFailedException {
        if (this.closed) {
            throw new DemoFailedException("Interrupted");
        }
    }

    private synchronized Supervisor supervisor(Member member) {
        return java.util.Objects.requireNonNull(this.running.get(member), member.name());
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
