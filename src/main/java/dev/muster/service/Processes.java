package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The operating system, as far as services need it. Calls take milliseconds. */
public interface Processes {

    /**
     * @throws IOException when it could not be started at all; a command that fails later
     * is an exit
     */
    RunningProcess start(Launch launch) throws IOException;

    /**
     * Takes back a process of an earlier run of the node: the same pid, start time and
     * boot, or, when these were never written down, the same token. One whose leader has
     * ended and left children behind is found too; its exit is told at once.
     */
    Optional<RunningProcess> find(ProcessIdentity identity);

    /**
     * The first directory or file, from the root of the file system downwards, that keeps
     * the user from reaching one of {@code paths}; empty if all can be reached.
     */
    Optional<Path> barrier(Account account, List<Path> paths);

}
