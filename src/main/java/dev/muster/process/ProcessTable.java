package dev.muster.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.muster.service.Launch;
import org.jspecify.annotations.Nullable;

/** The processes of this machine, read from {@code /proc} at each question. */
final class ProcessTable {

    private final Path proc;

    private final String bootId;

    private final Lock lock = new ReentrantLock();

    private final Condition ended = this.lock.newCondition();

    /** Guarded by {@code lock}, as are the next ones: looks that were begun. */
    private long begun;

    /** The last look that ended. */
    private long finished;

    private boolean looking;

    private List<Seen> latest = List.of();

    /**
     * @throws IOException when this is no Linux, or {@code /proc} is not mounted
     */
    ProcessTable(Path proc) throws IOException {
        this.proc = proc;
        this.bootId = Files.readString(proc.resolve("sys/kernel/random/boot_id")).trim();
    }

    String bootId() {
        return this.bootId;
    }

    /** Empty if there is no such process, or no longer. */
    Optional<ProcStat> stat(long pid) {
        return stat(this.proc.resolve(Long.toString(pid)));
    }

    private static Optional<ProcStat> stat(Path directory) {
        try {
            return Optional
                .of(ProcStat.parse(Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1)));
        }
        catch (IOException ex) {
            // It ended between being listed and being read.
            return Optional.empty();
        }
    }

    /**
     * Living processes that {@code wanted} picks, from a look at all of them that began
     * after this question. Whoever asks while such a look is under way shares the next
     * one: two hundred services that end at once would otherwise list hundreds of
     * processes hundreds of times.
     */
    List<Seen> living(Predicate<Seen> wanted) {
        return freshLook().stream().filter(wanted).toList();
    }

    private List<Seen> freshLook() {
        long number;
        this.lock.lock();
        try {
            long needed = this.begun + 1;
            while (this.looking && this.finished < needed) {
                this.ended.awaitUninterruptibly();
            }
            if (this.finished >= needed) {
                return this.latest;
            }
            this.looking = true;
            number = ++this.begun;
        }
        finally {
            this.lock.unlock();
        }
        try {
            List<Seen> seen = look();
            end(number, seen);
            return seen;
        }
        catch (RuntimeException ex) {
            end(this.finished, this.latest);
            throw ex;
        }
    }

    private void end(long number, List<Seen> seen) {
        this.lock.lock();
        try {
            this.looking = false;
            this.finished = number;
            this.latest = seen;
            this.ended.signalAll();
        }
        finally {
            this.lock.unlock();
        }
    }

    private List<Seen> look() {
        List<Seen> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(this.proc, "[0-9]*")) {
            for (Path directory : directories) {
                stat(directory).filter(ProcStat::alive).ifPresent((stat) -> found.add(new Seen(stat, directory)));
            }
        }
        catch (IOException | DirectoryIteratorException ex) {
            throw new IllegalStateException("Cannot list " + this.proc, ex);
        }
        return found;
    }

    /** A process as it was; what it carries is read when somebody asks, and once. */
    static final class Seen {

        private static final String BEFORE = "\0" + Launch.TOKEN_VARIABLE + "=";

        private final ProcStat stat;

        private final Path directory;

        private volatile @Nullable String token;

        private Seen(ProcStat stat, Path directory) {
            this.stat = stat;
            this.directory = directory;
        }

        ProcStat stat() {
            return this.stat;
        }

        /** Whether it was started under this token, or by one that was. */
        boolean carries(String wanted) {
            return token().equals(wanted);
        }

        /** Empty if it has none. */
        String token() {
            String known = this.token;
            if (known == null) {
                known = readToken();
                this.token = known;
            }
            return known;
        }

        /** Whether its standard output goes to this very file. */
        boolean writesTo(Path file) {
            try {
                return Files.readSymbolicLink(this.directory.resolve("fd/1")).equals(file);
            }
            catch (IOException ex) {
                // Ended, or another user's: not one of ours either way.
                return false;
            }
        }

        /**
         * Whether it works in this directory, or writes to a file below it.
         */
        boolean isAtHomeIn(Path home) {
            return Stream.of("cwd", "fd/1", "fd/2").anyMatch((link) -> {
                try {
                    return Files.readSymbolicLink(this.directory.resolve(link)).startsWith(home);
                }
                catch (IOException ex) {
                    // Ended, or another user's: not one of ours either way.
                    return false;
                }
            });
        }

        private String readToken() {
            try {
                String environment = "\0"
                        + Files.readString(this.directory.resolve("environ"), StandardCharsets.ISO_8859_1);
                int start = environment.indexOf(BEFORE);
                int end = environment.indexOf('\0', start + BEFORE.length());
                return (start >= 0 && end > 0) ? environment.substring(start + BEFORE.length(), end) : "";
            }
            catch (IOException ex) {
                // Ended, or another user's: not one of ours either way.
                return "";
            }
        }

    }

}
