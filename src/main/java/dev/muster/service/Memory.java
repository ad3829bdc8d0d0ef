package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link RunState} of a service, on disk as soon as it changes, and its PID file with
 * it. Lives on the service's loop.
 */
final class Memory {

    private static final Logger log = LoggerFactory.getLogger(Memory.class);

    private final ServiceDirectory directory;

    private RunState state;

    private final boolean lost;

    Memory(ServiceDirectory directory) {
        this.directory = directory;
        Optional<RunState> found = directory.readState();
        this.state = found.orElse(RunState.NONE);
        this.lost = found.isEmpty();
    }

    /** There was a state once, and it cannot be read. */
    boolean lost() {
        return this.lost;
    }

    RunState state() {
        return this.state;
    }

    Progress progress() {
        return this.state.progress();
    }

    /** Remembers; if the disk refuses, for this run of the node only. */
    void keep(RunState next) {
        try {
            keepSafely(next);
        }
        catch (IOException ex) {
            log.warn("State of a service not written: directory={} reason={}", this.directory.path(), ex.toString());
        }
    }

    /**
     * @throws IOException when it is not on disk; it is remembered for this run all the
     * same
     */
    void keepSafely(RunState next) throws IOException {
        boolean changed = !next.equals(this.state);
        this.state = next;
        // Before its first start a service has no directory, and nothing worth keeping.
        if (changed && Files.isDirectory(this.directory.path())) {
            try {
                this.directory.writeState(next);
            }
            finally {
                // Removing it needs no room, so a full disk is no reason for a stale one.
                writePid();
            }
        }
    }

    /** Whatever has become of the PID file while no node ran, it is right again. */
    void correctPid() {
        try {
            if (Files.isDirectory(this.directory.path())) {
                writePid();
            }
        }
        catch (IOException ex) {
            log.warn("PID file of a service not written: directory={} reason={}", this.directory.path(), ex.toString());
        }
    }

    private void writePid() throws IOException {
        this.directory.writePid(this.state.process().map(ProcessIdentity::pid).orElse(OptionalLong.empty()));
    }

}
