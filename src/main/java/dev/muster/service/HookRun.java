package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;

import dev.muster.loop.Loop;
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

    private final Surroundings around;

    private final Loop loop;

    private final String group;

    private final String hook;

    private final Consumer<Result> done;

    private final LogFiles.Following output;

    private final LogFiles.Following errors;

    private final RunningProcess process;

    private final Loop.Timer timeout;

    private boolean exited;

    private boolean ended;

    /** How a hook ended; {@code text} reads after the name of the service. */
    record Result(boolean ok, String text) {
    }

    private HookRun(Surroundings around, Loop loop, String group, String hook, Launch launch, Duration timeout,
            Consumer<Result> done) throws IOException {
        this.around = around;
        this.loop = loop;
        this.group = group;
        this.hook = hook;
        this.done = done;
        Files.deleteIfExists(launch.output());
        Files.deleteIfExists(launch.errors());
        this.output = around.logFiles().follow(launch.output(), this::tell);
        this.errors = around.logFiles().follow(launch.errors(), this::tell);
        try {
            this.process = around.processes().start(launch);
        }
        catch (IOException ex) {
            unfollow();
            throw ex;
        }
        this.timeout = loop.after(timeout, () -> stop(this.hook + " hook did not end within " + seconds(timeout)));
    }

    /**
     * @param done hears of the end on {@code loop}, later
     * @throws IOException when the hook could not be started; {@code done} hears nothing
     */
    static HookRun start(Surroundings around, Loop loop, String group, String hook, Launch launch, Duration timeout,
            Consumer<Result> done) throws IOException {
        HookRun run = new HookRun(around, loop, group, hook, launch, timeout, done);
        run.process.onExit((code) -> loop.execute(() -> run.exited(code)));
        return run;
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }

    private void tell(String text) {
        this.around.output().line(new ServiceOutput.Line(this.group, ServiceOutput.Stream.HK, this.hook, text));
    }

    private void exited(OptionalInt exitCode) {
        this.exited = true;
        if (!this.ended) {
            Exit exit = new Exit(this.process.pid(), exitCode, this.loop.clock().instant());
            boolean ok = exitCode.isPresent() && exitCode.getAsInt() == 0;
            end(new Result(ok, this.hook + " hook " + exit));
        }
    }

    /** Ends it early; {@code done} hears of it when the whole group is gone. */
    void stop(String why) {
        if (this.ended || this.exited) {
            return;
        }
        this.ended = true;
        this.timeout.cancel();
        Stopping stopping = new Stopping(this.loop, this.process, () -> finish(new Result(false, why)));
        stopping.begin("TERM", GRACE);
    }

    private void end(Result result) {
        this.ended = true;
        finish(result);
    }

    private void finish(Result result) {
        this.timeout.cancel();
        unfollow();
        log.info("Hook ended: group={} hook={} result={}", this.group, this.hook, result.text());
        this.done.accept(result);
    }

    private void unfollow() {
        this.output.stop();
        this.errors.stop();
    }

    /** Kills it and waits for nothing: the node goes, and the next one runs it again. */
    void abandon() {
        if (!this.ended) {
            this.ended = true;
            this.timeout.cancel();
            this.process.signal("KILL");
            unfollow();
        }
    }

}
