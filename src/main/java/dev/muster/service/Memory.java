package dev.muster.service;

import java.io.IOException;
import java.nio.file.Files;
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

    Memory(ServiceDirectory directory) {
        this.directory = directory;
        this.state = directory.readState();
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
            this.directory.writeState(next);
            this.directory.writePid(next.process().map(ProcessIdentity::pid).orElse(OptionalLong.empty()));
        }
    }

}
