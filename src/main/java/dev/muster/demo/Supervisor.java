package dev.muster.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import dev.muster.process.OsAccounts;
import dev.muster.service.Launch;
import dev.muster.service.Processes;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;
import dev.muster.shell.CommandRunner;
import dev.muster.shell.CommandRunner.Outcome;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Supervisor that the demo has started: a process in a session of its own, which
 * signals from the terminal do not reach, and what people would type to it.
 */
final class Supervisor {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int LAST_LINES = 5;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Member member;

    private final Place place;

    private final DemoDirectory directory;

    private final RunningProcess process;

    private final CommandRunner commands = new CommandRunner();

    private Supervisor(Member member, Place place, DemoDirectory directory, RunningProcess process) {
        this.member = member;
        this.place = place;
        this.directory = directory;
        this.process = process;
    }

    static Supervisor start(Member member, Place place, DemoDirectory directory, Path home, Processes processes)
            throws DemoFailedException {
        if (place.before() != Place.REDIS) {
            directory.choosePort(member, place.before());
        }
        List<String> command = new ArrayList<>(List.of(home.resolve("muster").toString()));
        command.addAll(options(member, place, directory));
        try {
            Launch launch = new Launch(command, environment(directory), directory.path(), directory.log(member),
                    directory.log(member), new RunAs(new OsAccounts().self(), false, false), token(member, directory),
                    Optional.empty());
            return new Supervisor(member, place, directory, processes.start(launch));
        }
        catch (IOException ex) {
            throw new DemoFailedException("Cannot start Supervisor " + member.name() + ": " + ex, ex);
        }
    }

    /** Of this demo alone: another one may run beside it, and is not to be signalled. */
    private static String token(Member member, DemoDirectory directory) {
        return directory.path().getFileName() + "-" + member.name();
    }

    private static List<String> options(Member member, Place place, DemoDirectory directory) {
        String address = place.address(member);
        List<String> words = new ArrayList<>(List.of("sup", "run", "--root", directory.root(member).toString(),
                "--name", member.name(), "--listen-gossip", address + ":" + place.gossip(), "--listen-http",
                address + ":" + place.http(), "--listen-ctl", address + ":" + place.ctl(), "--allow-root-services"));
        member.peers()
            .forEach((peer) -> words.addAll(List.of("--peer", place.network() + "." + peer + ":" + place.gossip())));
        return words;
    }

    /** Nothing that was set for other Supervisors reaches these. */
    private static Map<String, String> environment(DemoDirectory directory) {
        Map<String, String> environment = new LinkedHashMap<>();
        Stream.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE").forEach((name) -> {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        });
        environment.put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        environment.put("MUSTER_PKG_PATH", directory.packages().toString());
        return environment;
    }

    Member member() {
        return this.member;
    }

    String address() {
        return this.place.address(this.member);
    }

    long pid() {
        return this.process.pid();
    }

    /** Runs a command of the shell against this Supervisor. */
    Outcome command(String input, String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--root", this.directory.root(this.member).toString(), "--format", "json"));
        return this.commands.run(line, input);
    }

    /** The same for a command that must succeed; its result. */
    Map<?, ?> ask(String... words) throws DemoFailedException {
        Outcome outcome = command("", words);
        if (outcome.code() != 0) {
            throw new DemoFailedException("\"muster " + String.join(" ", words) + "\" on " + this.member.name()
                    + " ended with " + outcome.code() + ": " + detail(outcome));
        }
        return tree(outcome.output());
    }

    /** The sentence in a problem that a command has told. */
    static String detail(Outcome outcome) {
        Map<?, ?> problem = tree(outcome.errors());
        Object detail = problem.get("detail");
        return (detail != null) ? detail.toString() : outcome.errors().strip();
    }

    static Map<?, ?> tree(String json) {
        try {
            return JSON.readValue(json, Map.class);
        }
        catch (JacksonException ex) {
            // Told in words, before or beside what is meant for programs.
            return Map.of();
        }
    }

    /** Waits until it is ready and sees as many members as it should. */
    void awaitRing(Duration patience) throws DemoFailedException {
        await("does not see " + this.member.ringSize() + " members, itself included", patience, () -> {
            Outcome status = command("", "sup", "status");
            Map<?, ?> tree = tree(status.output());
            return status.code() == 0 && Boolean.TRUE.equals(tree.get("ready"))
                    && tree.get("members") instanceof List<?> members && members.size() == this.member.ringSize();
        });
    }

    /** Waits until its service is up and answers. */
    Sight awaitRedis(Duration patience) throws DemoFailedException {
        await("has no Redis on port " + this.place.before(), patience,
                () -> look().isOneRedisOn(this.place.before()) && "up".equals(service().get("state")));
        return look();
    }

    /** Gives its Redis time to come to another port; says nothing if it does not. */
    void watchRedis(int port, Duration patience) throws DemoFailedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!look().isOneRedisOn(port) && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    Sight look() throws DemoFailedException {
        Map<?, ?> service = service();
        List<Redis> answers = Stream.of(this.place.before(), this.place.after())
            .flatMap((port) -> Redis.ask(address(), port).stream())
            .toList();
        OptionalLong pid = (service.get("pid") instanceof Number number) ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
        Object revision = service.get("revision");
        return new Sight(pid, answers, (revision != null) ? revision.toString() : "");
    }

    private Map<?, ?> service() throws DemoFailedException {
        return ask("svc", "status", Member.SERVICE);
    }

    private void await(String complaint, Duration patience, Condition condition) throws DemoFailedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (this.process.gone()) {
                throw new DemoFailedException("Supervisor " + this.member.name() + " has ended" + lastLines());
            }
            if (System.nanoTime() > end) {
                throw new DemoFailedException("Supervisor " + this.member.name() + " " + complaint + " after "
                        + patience.toSeconds() + " s" + lastLines());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(this.directory.log(this.member), StandardCharsets.UTF_8);
            List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
            return last.isEmpty() ? "" : "; the last it printed:\n  " + String.join("\n  ", last);
        }
        catch (IOException ex) {
            return "; what it printed cannot be read (" + ex + ")";
        }
    }

    /**
     * Asks it to stop its service and then to end; {@code KILL} to leave it no choice.
     */
    void signal(String signal) {
        this.process.signal(signal);
    }

    /**
     * Kills the Supervisor itself, as {@code kill -9} does, and nothing of what it has
     * started.
     */
    void kill() {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    boolean hasEnded() {
        return this.process.gone();
    }

    /** Something to wait for. */
    @FunctionalInterface
    private interface Condition {

        boolean holds() throws DemoFailedException;

    }

}
