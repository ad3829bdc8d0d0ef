package dev.muster.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process to start, in a session and process group of its own, with standard input
 * closed, every signal at its default and nothing inherited but what stands here.
 *
 * @param command absolute path and arguments, handed over as they are; no shell sees them
 * @param environment all of it
 * @param output standard output is appended to this file, so that the process lives on
 * when the node does not
 * @param errors the same for standard error
 * @param exitRecord where its exit code is to be found also by a node that was not there
 * when it ended, see {@link Processes#exitOf}; empty for what no later node asks about.
 * The directory must exist, and belong to the node
 * @param fence what ends it when nobody says any longer that it may run; empty for
 * nothing. Needs an exit record
 */
public record Launch(List<String> command, Map<String, String> environment, Path directory, Path output, Path errors,
        RunAs runAs, String token, Optional<Path> exitRecord, Optional<Fence> fence) {

    /**
     * The variable that marks a process, and its children, as started by a Supervisor.
     */
    public static final String TOKEN_VARIABLE = "HAB_LAUNCH_TOKEN";

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** One that nothing ends but whoever is asked to. */
    public Launch(List<String> command, Map<String, String> environment, Path directory, Path output, Path errors,
            RunAs runAs, String token, Optional<Path> exitRecord) {
        this(command, environment, directory, output, errors, runAs, token, exitRecord, Optional.empty());
    }

    /**
     * What ends a process that may act as leader only for so long.
     *
     * @param lease the file that says for how long, see {@link Processes#lease}
     * @param signal its stop signal, name without SIG
     */
    public record Fence(Path lease, String signal) {
    }

}
