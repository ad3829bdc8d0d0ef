package dev.muster.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import dev.muster.service.Account;
import dev.muster.service.Launch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes. A launch is a chain of programs that each replace themselves with the
 * next, so the pid we get is the service's own: {@code env} gives every signal its
 * default back (a JVM of version 17 leaves SIGQUIT blocked), {@code setpriv} changes the
 * user and takes away every way back, {@code setsid} makes session and group.
 * <p>
 * Only a parent is told the exit code, and a node may be killed. So the parent of a
 * launch with an {@link Launch#exitRecord() exit record} is a shim: a shell in a session
 * of its own, out of reach of signals to the service or to the node's terminal, that does
 * nothing but wait for its child, write down how it ended, and end the same way.
 */
final class Starter {

    private static final Logger log = LoggerFactory.getLogger(Starter.class);

    /** What services write may not be for everyone. */
    static final FileAttribute<Set<PosixFilePermission>> LOG_FILE = PosixFilePermissions
        .asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    /** What POSIX shells hand on; other names are lost on the way through one. */
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String env = Programs.require("env");

    private final String setsid = Programs.require("setsid");

    /** The small shell where there is one: it stays as long as the service does. */
    private final String shell = Programs.find("dash").orElseGet(() -> Programs.require("sh"));

    private final boolean defaultSignals;

    /**
     * @throws IllegalStateException when a program of the system is missing
     */
    Starter() {
        this.defaultSignals = Programs.run(List.of(this.env, "--default-signal", Programs.require("test"), "a"))
            .code() == 0;
        if (!this.defaultSignals) {
            log.warn("Services may start with SIGQUIT blocked, and the exit code of one that ends while no node"
                    + " runs will not be known: this env does not know --default-signal; install coreutils 8.31 or"
                    + " newer");
        }
    }

    /**
     * What was started.
     *
     * @param pid of the process itself
     * @param child of this node: the process itself or its shim
     * @param shim whether it is a shim
     */
    record Started(long pid, Process child, boolean shim) {
    }

    /**
     * @throws IOException when it could not be started at all
     */
    Started start(Launch launch) throws IOException {
        Path program = Path.of(launch.command().get(0));
        if (!Files.isExecutable(program)) {
            throw new IOException(program + " is not there or not executable");
        }
        createLog(launch.output());
        createLog(launch.errors());
        Optional<Path> record = launch.exitRecord().filter((file) -> this.defaultSignals);
        if (record.isEmpty() && launch.fence().isPresent()) {
            throw new IOException("nothing would stop " + program + " when its node is cut off or dies, for this env"
                    + " does not know --default-signal; install coreutils 8.31 or newer, or load it with"
                    + " --on-lost-lease keep");
        }
        return record.isPresent() ? startBehindShim(launch, record.get()) : startDirectly(launch);
    }

    private Started startDirectly(Launch launch) throws IOException {
        ProcessBuilder builder = builder(chain(launch), launch)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.output().toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(launch.errors().toFile()));
        builder.environment().put(Launch.TOKEN_VARIABLE, launch.token());
        Process process = builder.start();
        return new Started(process.pid(), process, false);
    }

    private Started startBehindShim(Launch launch, Path record) throws IOException {
        try {
            ExitRecord.prepare(record, launch.token());
        }
        catch (IOException ex) {
            log.warn("Exit code will not be known if no node runs then: file={} reason={}", record, ex.toString());
        }
        List<String> line = new ArrayList<>(List.of(this.setsid, this.shell, "-c"));
        line.addAll(Shim.script(launch, record));
        line.addAll(chain(launch));
        ProcessBuilder builder = builder(line, launch).redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        List<String> lost = environment.keySet()
            .stream()
            .filter((name) -> !SHELL_NAME.matcher(name).matches())
            .toList();
        if (!lost.isEmpty()) {
            log.debug("Variables may not reach the process, no shell knows such names: names={}", lost);
        }
        // The node's own, if it was started by another one: whoever ends that node does
        // not mean the shim.
        environment.remove(Launch.TOKEN_VARIABLE);
        environment.put(Shim.TOKEN, launch.token());
        Process shim = builder.start();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(shim.getInputStream(), StandardCharsets.US_ASCII))) {
            String pid = reader.readLine();
            if (pid == null) {
                throw new IOException(program(launch) + " was not started, its shim ended at once: " + this.shell);
            }
            return new Started(Long.parseLong(pid), shim, true);
        }
    }

    private static String program(Launch launch) {
        return launch.command().get(0);
    }

    private static ProcessBuilder builder(List<String> line, Launch launch) {
        ProcessBuilder builder = new ProcessBuilder(line).directory(launch.directory().toFile())
            .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        return builder;
    }

    private List<String> chain(Launch launch) {
        List<String> line = new ArrayList<>();
        line.add(this.env);
        if (this.defaultSignals) {
            line.add("--default-signal");
        }
        if (launch.runAs().switched()) {
            line.addAll(switchTo(launch.runAs().account()));
        }
        line.add(this.setsid);
        line.addAll(launch.command());
        return line;
    }

    /** The beginning of a command line that runs as that user and can never go back. */
    static List<String> switchTo(Account account) {
        return List.of(Programs.require("setpriv"), "--reuid=" + account.uid(), "--regid=" + account.gid(),
                "--init-groups", "--no-new-privs", "--inh-caps=-all");
    }

    private static void createLog(Path file) throws IOException {
        try {
            Files.createFile(file, LOG_FILE);
        }
        catch (FileAlreadyExistsException ex) {
            log.trace("Log goes on: file={}", file);
        }
    }

}
