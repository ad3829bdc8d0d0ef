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
import java.util.function.Predicate;

import dev.muster.service.Launch;

/** The processes of this machine, read from {@code /proc} at each question. */
final class ProcessTable {

    private final Path proc;

    private final String bootId;

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

    /** Living processes that {@code wanted} picks. */
    List<ProcStat> living(Predicate<ProcStat> wanted) {
        List<ProcStat> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(this.proc, "[0-9]*")) {
            for (Path directory : directories) {
                stat(directory).filter(ProcStat::alive).filter(wanted).ifPresent(found::add);
            }
        }
        catch (IOException | DirectoryIteratorException ex) {
            throw new IllegalStateException("Cannot list " + this.proc, ex);
        }
        return found;
    }

    /** Whether a process was started under this token, or by one that was. */
    boolean carries(long pid, String token) {
        try {
            String environment = "\0" + Files.readString(this.proc.resolve(Long.toString(pid)).resolve("environ"),
                    StandardCharsets.ISO_8859_1);
            return environment.contains("\0" + Launch.TOKEN_VARIABLE + "=" + token + "\0");
        }
        catch (IOException ex) {
            // Ended, or another user's: not one of ours either way.
            return false;
        }
    }

}
