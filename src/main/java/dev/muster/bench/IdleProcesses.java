package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.Consumer;

import dev.muster.service.Account;
import dev.muster.service.Launch;
import dev.muster.service.Lease;
import dev.muster.service.ProcessIdentity;
import dev.muster.service.Processes;
import dev.muster.service.RunningProcess;

/**
 * Starts nothing. The service's own process seems to run until it is signalled; its
 * {@code reconfigure} hook, which is due as soon as all files of a change are written,
 * seems to end well at once, and somebody hears of it. Numbers of processes are made up
 * and beyond those that Linux gives, so that nothing real is ever meant.
 */
final class IdleProcesses implements Processes {

    private static final AtomicLong LAST_PID = new AtomicLong(5_000_000);

    private final String configFile;

    private final Rendered listener;

    /**
     * @param configFile of the service, the one that tells which change it was rendered
     * from
     */
    IdleProcesses(String configFile, Rendered listener) {
        this.configFile = configFile;
        this.listener = listener;
    }

    @Override
    public RunningProcess start(Launch launch) throws IOException {
        long now = System.nanoTime();
        boolean hook = !launch.command().get(0).endsWith("/run");
        if (hook) {
            this.listener.rendered(Files.readString(launch.directory().resolve("config").resolve(this.configFile)),
                    now);
        }
        return new Idle(hook);
    }

    @Override
    public Optional<RunningProcess> find(ProcessIdentity identity, Path exitRecord) {
        return Optional.empty();
    }

    @Override
    public Optional<ProcessIdentity> writerOf(Path output) {
        return Optional.empty();
    }

    @Override
    public OptionalInt exitOf(ProcessIdentity identity, Path exitRecord) {
        return OptionalInt.empty();
    }

    @Override
    public Optional<Path> barrier(Account account, List<Path> paths) {
        return Optional.empty();
    }

    @Override
    public Lease lease(Path file) {
        return new Lease() {

            @Override
            public void extend(Supplier<Duration> left, Duration grace) {
                // Nothing runs that could be stopped.
            }

            @Override
            public void lift() {
                // Nothing runs that could be stopped.
            }

        };
    }

    /** Hears when a member has written its files. */
    @FunctionalInterface
    interface Rendered {

        /**
         * @param text of the configuration file, read back
         * @param at on the clock of {@link System#nanoTime}, before that
         */
        void rendered(String text, long at);

    }

    private static final class Idle implements RunningProcess {

        private final ProcessIdentity.Started started = new ProcessIdentity.Started(LAST_PID.incrementAndGet(), 0, "");

        private final List<Consumer<OptionalInt>> listeners = new ArrayList<>();

        private boolean ended;

        private Idle(boolean ended) {
            this.ended = ended;
        }

        @Override
        public ProcessIdentity.Started started() {
            return this.started;
        }

        @Override
        public synchronized void signal(String signal) {
            if (!this.ended) {
                this.ended = true;
                this.listeners.forEach((listener) -> listener.accept(OptionalInt.of(0)));
            }
        }

        @Override
        public synchronized boolean gone() {
            return this.ended;
        }

        @Override
        public synchronized void onExit(Consumer<OptionalInt> listener) {
            this.listeners.add(listener);
            if (this.ended) {
                listener.accept(OptionalInt.of(0));
            }
        }

    }

}
