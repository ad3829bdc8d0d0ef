package dev.muster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

import dev.muster.service.Launch;
import dev.muster.service.ProcessIdentity;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;

import static org.awaitility.Awaitility.await;

/** Launches of small shell scripts in a directory, as the node would launch services. */
record Scripts(Path directory) {

    Launch launch(String name, String script) throws IOException {
        return launch(name, script, new RunAs(new OsAccounts().self(), false, false));
    }

    /** A process that shares the exit record with others of its name. */
    Launch launch(String name, String script, RunAs runAs) throws IOException {
        Path file = this.directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Launch(List.of(file.toString()),
                Map.of("PATH", "/usr/bin:/bin", Launch.TOKEN_VARIABLE, "of the node"), this.directory,
                this.directory.resolve(name + ".out"), this.directory.resolve(name + ".err"), runAs, token(name),
                Optional.of(record()));
    }

    /** Like no other, or what an interrupted test left behind would count. */
    String token(String name) {
        return name + " in " + this.directory;
    }

    Path record() {
        return this.directory.resolve("EXIT");
    }

    /** The number that a script wrote to a file, once it has. */
    long pidIn(String name) {
        await().until(() -> content(name).endsWith("\n"));
        return Long.parseLong(content(name).strip());
    }

    String content(String name) {
        Path file = this.directory.resolve(name);
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static OptionalInt exit(RunningProcess process) {
        CompletableFuture<OptionalInt> exit = new CompletableFuture<>();
        process.onExit(exit::complete);
        await().until(exit::isDone);
        return exit.join();
    }

    static ProcessIdentity identity(Launch launch, RunningProcess process) {
        return new ProcessIdentity(launch.token(), process.started());
    }

    static boolean alive(long pid) {
        return stat(pid).filter(ProcStat::alive).isPresent();
    }

    static Optional<ProcStat> stat(long pid) {
        try {
            return new ProcessTable(Path.of("/proc")).stat(pid);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
