package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;

import dev.muster.config.DurationText;
import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a hook: its own process group, its output told line by line, an end after
 * its timeout at the latest. Lives on the service's loop, which goes on meanwhile.
 */
final class HookRun {

    private static final Logger log = LoggerFactory.getLogger(HookRun.class);

    /** What a hook gets between TERM and KILL. */
    private static final Duration GRACE = Duration.ofSeconds(8);

    /** A hook that takes so long again and again is told of. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Loop loop;

    private final String group;

    private final ServiceLog output;

    private final Hook hook;

    private final boolean repeated;

    private final Consumer<Result> done;

    private final LogFiles.Following standard;

    private final LogFiles.Following errors;

    private final Tail printed = new Tail();

    private final Tail complained = new Tail();

    private final RunningProcess process;

    private final Loop.Timer timeout;

    private final Duration began;

    private Loop.Timer warning;

    private boolean exited;

    private boolean ended;

    /** It was told to end, and somebody of it is still there. */
    private @Nullable Stopping stopping;

    /**
     * How a hook ended.
     *
     * @param code empty when it was ended
     * @param text reads after the name of the service: {@code init hook exited with 4:
     * no such user}
     * @param output the end of what it printed
     * @param errors the end of what it printed as errors
     */
    record Result(Hook hook, OptionalInt code, String text, String output, String errors) {

        boolean ok() {
            return this.code.isPresent() && this.code.getAsInt() == 0;
        }

    }

    private HookRun(Surroundings around, Loop loop, String group, ServiceLog output, Hook hook, Launch launch,
            Duration timeout, boolean repeated, Consumer<Result> done) throws IOException {
        this.loop = loop;
        this.group = group;
        this.output = output;
        this.hook = hook;
        this.repeated = repeated;
        this.done = done;
        Files.deleteIfExists(launch.output());
        Files.deleteIfExists(launch.errors());
        this.standard = around.logFiles().follow(launch.output(), (line) -> tell(line, this.printed));
        this.errors = around.logFiles().follow(launch.errors(), (line) -> tell(line, this.complained));
        try {
            this.process = around.processes().start(launch);
        }
        catch (IOException ex) {
            unfollow();
            throw ex;
        }
        this.began = loop.uptime();
        this.timeout = loop.after(timeout,
                () -> stop(this.hook.fileName() + " hook did not end within " + DurationText.write(timeout)));
        this.warning = loop.after(LONG, this::warn);
    }

    /**
     * @param repeated whether what it prints may be told of it elsewhere than in its log
     * @param done hears of the end on {@code loop}, later
     * @throws IOException when the hook could not be started; {@code done} hears nothing
     */
    static HookRun start(Surroundings around, Loop loop, String group, ServiceLog output, Hook hook, Launch launch,
            Duration timeout, boolean repeated, Consumer<Result> done) throws IOException {
        HookRun run = new HookRun(around, loop, group, output, hook, launch, timeout, repeated, done);
        run.process.onExit((code) -> loop.execute(() -> run.exited(code)));
        return run;
    }

    private void warn() {
        log.warn("Hook still runs: group={} hook={} pid={} for={}", this.group, this.hook.fileName(),
                this.process.pid(), DurationText.write(this.loop.uptime().minus(this.began)));
        this.warning = this.loop.after(LONG, this::warn);
    }

    private void tell(String text, Tail tail) {
        // Of that one a number is taken, and nothing else is told.
        if (this.repeated || this.hook == Hook.SUITABILITY) {
            tail.add(text);
        }
        this.output.line(this.hook, text);
    }

    private void exited(OptionalInt code) {
        this.exited = true;
        if (!this.ended) {
            this.ended = true;
            Exit exit = new Exit(this.process.pid(), code, this.loop.clock().instant());
            finish(code, this.hook.fileName() + " hook " + exit);
        }
    }

    /** Ends it early; {@code done} hears of it when the whole group is gone. */
    void stop(String why) {
        if (this.ended || this.exited) {
            return;
        }
        this.ended = true;
        this.timeout.cancel();
        this.stopping = new Stopping(this.loop, this.process, () -> {
            this.stopping = null;
            finish(OptionalInt.empty(), why);
        });
        this.stopping.begin("TERM", GRACE);
    }

    private void finish(OptionalInt code, String what) {
        this.timeout.cancel();
        this.warning.cancel();
        unfollow();
        boolean well = code.isPresent() && code.getAsInt() == 0;
        String text = well ? what : what + explanation();
        if (this.hook == Hook.HEALTH_CHECK) {
            log.debug("Hook ended: group={} hook={} result={}", this.group, this.hook.fileName(), text);
        }
        else {
            log.info("Hook ended: group={} hook={} result={}", this.group, this.hook.fileName(), text);
        }
        this.done.accept(new Result(this.hook, code, text, this.printed.text(), this.complained.text()));
    }

    /** What a program says last most often says why. */
    private String explanation() {
        if (!this.repeated) {
            return "; what it printed is in its log alone, for it has read what came encrypted";
        }
        return this.complained.lastWords().or(this.printed::lastWords).map((line) -> ": " + line).orElse("");
    }

    private void unfollow() {
        this.standard.stop();
        this.errors.stop();
    }

    /** Kills it and waits for nothing: the node goes, and the next one runs it again. */
    void abandon() {
        if (this.stopping != null) {
            this.stopping.abandon();
        }
        if (!this.ended || this.stopping != null) {
            this.ended = true;
            this.timeout.cancel();
            this.warning.cancel();
            this.process.signal("KILL");
            unfollow();
        }
    }

}
