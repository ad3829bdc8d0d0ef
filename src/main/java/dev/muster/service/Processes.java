package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
     * ended and left children behind, also in sessions of their own, is found too; its
     * exit is told at once. The end of one that is taken back is noticed within 500 ms.
     * @param exitRecord the one it was launched with
     */
    Optional<RunningProcess> find(ProcessIdentity identity, Path exitRecord);

    /**
     * The process that writes to this file and was launched by an earlier run of the
     * node, for one whose identity was lost; by its token, which {@link #find} takes.
     */
    Optional<ProcessIdentity> writerOf(Path output);

    /**
     * The exit code of a process that was launched with this token and record and has
     * ended, whoever ran then. Empty while it runs, when the record is about another
     * launch, and when the code could not be kept: whatever stood watch was killed too,
     * or the machine went down.
     */
    OptionalInt exitOf(ProcessIdentity identity, Path exitRecord);

    /**
     * The first directory or file, from the root of the file system downwards, that keeps
     * the user from reaching one of {@code paths}; empty if all can be reached.
     */
    Optional<Path> barrier(Account account, List<Path> paths);

    /**
     * What the shim of a fenced process is told. Whoever starts such a process says
     * something to it first.
     * @param file in a directory that exists and belongs to the node
     */
    Lease lease(Path file);

}
