package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** Processes that live in a map, and outlive the {@link Services} that started them. */
final class FakeProcesses implements Processes {

    final List<Fake> all = new ArrayList<>();

    /** Why nothing can be started; null if it can. */
    @Nullable String refusal;

    /** Whether processes end by TERM at once. */
    boolean obedient = true;

    /** What bars the way, if anything does. */
    Optional<Path> barrier = Optional.empty();

    Consumer<Launch> onStart = (launch) -> {
    };

    /** What was said of leases, zero for no end. */
    final List<Duration> leases = new ArrayList<>();

    private long lastPid = 100;

    @Override
    public RunningProcess start(Launch launch) throws IOException {
        if (this.refusal != null) {
            throw new IOException(this.refusal);
        }
        this.onStart.accept(launch);
        Fake fake = new Fake(++this.lastPid, launch);
        this.all.add(fake);
        return fake;
    }

    @Override
    public Optional<RunningProcess> find(ProcessIdentity identity, Path exitRecord) {
        return this.all.stream()
            .filter((fake) -> !fake.gone && fake.launch.token().equals(identity.token()))
            .filter((fake) -> identity.started() == null || fake.started().equals(identity.started()))
            .findFirst()
            .map((fake) -> {
                fake.listeners.clear();
                return fake;
            });
    }

    @Override
    public Lease lease(Path file) {
        return new Lease() {

            @Override
            public void extend(Supplier<Duration> left, Duration grace) {
                FakeProcesses.this.leases.add(left.get());
            }

            @Override
            public void lift() {
                FakeProcesses.this.leases.add(Duration.ZERO);
            }

        };
    }

    @Override
    public Optional<ProcessIdentity> writerOf(Path output) {
        return Optional.empty();
    }

    @Override
    public OptionalInt exitOf(ProcessIdentity identity, Path exitRecord) {
        return this.all.stream()
            .filter((fake) -> fake.launch.token().equals(identity.token()))
            .filter((fake) -> fake.launch.exitRecord().equals(Optional.of(exitRecord)))
            .map((fake) -> fake.code)
            .findFirst()
            .orElse(OptionalInt.empty());
    }

    @Override
    public Optional<Path> barrier(Account account, List<Path> paths) {
        return this.barrier;
    }

    /** The processes of a hook that live, {@code run} for the service itself. */
    List<Fake> living(String hook) {
        return this.all.stream().filter((fake) -> !fake.gone && fake.hook().equals(hook)).toList();
    }

    Fake only(String hook) {
        List<Fake> living = living(hook);
        if (living.size() != 1) {
            throw new AssertionError(living.size() + " processes of " + hook + " live");
        }
        return living.get(0);
    }

    long started(String hook) {
        return this.all.stream().filter((fake) -> fake.hook().equals(hook)).count();
    }

    final class Fake implements RunningProcess {

        final Launch launch;

        final List<String> signals = new ArrayList<>();

        private final long pid;

        private final List<Consumer<OptionalInt>> listeners = new ArrayList<>();

        private OptionalInt code = OptionalInt.empty();

        private boolean ended;

        private boolean gone;

        private Fake(long pid, Launch launch) {
            this.pid = pid;
            this.launch = launch;
        }

        String hook() {
            return String.valueOf(Path.of(this.launch.command().get(0)).getFileName());
        }

        @Override
        public ProcessIdentity.Started started() {
            return new ProcessIdentity.Started(this.pid, this.pid * 10, "boot");
        }

        @Override
        public void signal(String signal) {
            this.signals.add(signal);
            if (signal.equals("KILL") || FakeProcesses.this.obedient) {
                exit(signal.equals("KILL") ? 137 : 143);
            }
        }

        @Override
        public boolean gone() {
            return this.gone;
        }

        @Override
        public void onExit(Consumer<OptionalInt> listener) {
            this.listeners.add(listener);
            if (this.ended) {
                listener.accept(this.code);
            }
        }

        /** It ends, and leaves nobody behind. */
        void exit(int code) {
            this.gone = true;
            exitLeavingChildren(code);
        }

        /** It ends, and its children go on. */
        void exitLeavingChildren(int code) {
            if (!this.ended) {
                this.ended = true;
                this.code = OptionalInt.of(code);
                List.copyOf(this.listeners).forEach((listener) -> listener.accept(this.code));
            }
        }

    }

}
