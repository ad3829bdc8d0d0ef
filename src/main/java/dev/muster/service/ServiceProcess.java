package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The one process of a service, with its output: started or taken back, followed, ended.
 * Lives on the service's loop; exits come back to it there.
 */
final class ServiceProcess {

    private final Surroundings around;

    private final Loop loop;

    private final ServiceDirectory directory;

    private final ServiceLog log;

    private final Consumer<Exit> exited;

    private @Nullable RunningProcess running;

    private @Nullable Stopping stopping;

    private List<LogFiles.Following> followings = List.of();

    /**
     * @param exited hears when the process ends, whether it was asked to or not
     */
    ServiceProcess(Surroundings around, Loop loop, ServiceDirectory directory, ServiceLog log, Consumer<Exit> exited) {
        this.around = around;
        this.loop = loop;
        this.directory = directory;
        this.log = log;
        this.exited = exited;
    }

    OptionalLong pid() {
        return (this.running != null) ? OptionalLong.of(this.running.pid()) : OptionalLong.empty();
    }

    ProcessIdentity start(Launch launch) throws IOException {
        follow();
        try {
            RunningProcess started = this.around.processes().start(launch);
            watch(started);
            return new ProcessIdentity(launch.token(), started.started());
        }
        catch (IOException ex) {
            unfollow();
            throw ex;
        }
    }

    Optional<ProcessIdentity> takeBack(ProcessIdentity identity) {
        Optional<RunningProcess> found = this.around.processes().find(identity, this.directory.exitRecord());
        found.ifPresent((process) -> {
            follow();
            watch(process);
        });
        return found.map((process) -> new ProcessIdentity(identity.token(), process.started()));
    }

    /** With what a process ended that is not there any longer, if that is known. */
    OptionalInt exitOf(ProcessIdentity identity) {
        return this.around.processes().exitOf(identity, this.directory.exitRecord());
    }

    private void watch(RunningProcess process) {
        this.running = process;
        process.onExit((code) -> this.loop.execute(() -> {
            if (this.running == process) {
                this.exited.accept(new Exit(process.pid(), code, this.loop.clock().instant()));
            }
        }));
    }

    /**
     * Ends the process and its whole group; {@code gone} runs when nothing is left of it,
     * possibly at once.
     */
    void stop(String signal, Duration grace, Runnable gone) {
        RunningProcess process = this.running;
        if (process == null) {
            gone.run();
            return;
        }
        this.stopping = new Stopping(this.loop, process, () -> {
            this.running = null;
            this.stopping = null;
            unfollow();
            gone.run();
        });
        this.stopping.begin(signal, grace);
    }

    /** Another grace for the stop under way. */
    void stopWithin(Duration grace) {
        if (this.stopping != null) {
            this.stopping.within(grace);
        }
    }

    /** The leader is known to have ended: the rest of the group may have, too. */
    void lookAgain() {
        if (this.stopping != null) {
            this.stopping.look();
        }
    }

    /** Leaves the process running, unwatched. */
    void abandon() {
        if (this.stopping != null) {
            this.stopping.abandon();
        }
        this.running = null;
        this.followings.forEach(LogFiles.Following::leave);
        this.followings = List.of();
    }

    private void follow() {
        this.followings = List.of(follow("stdout", ServiceOutput.Stream.O), follow("stderr", ServiceOutput.Stream.E));
    }

    private LogFiles.Following follow(String name, ServiceOutput.Stream stream) {
        return this.around.logFiles().resume(this.directory.log(name), (text) -> this.log.line(stream, text));
    }

    private void unfollow() {
        this.followings.forEach(LogFiles.Following::stop);
        this.followings = List.of();
    }

}
