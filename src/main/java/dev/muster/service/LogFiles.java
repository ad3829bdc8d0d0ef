package dev.muster.service;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Files that processes write to: read on as they grow, and kept from growing for ever.
 */
public interface LogFiles {

    /**
     * Tells {@code lines} of every line that is written from now on, in order, without
     * its line end, on a thread of its own that must not be made to wait. A file that is
     * not there yet is awaited.
     */
    Following follow(Path file, Consumer<String> lines);

    /** A file that is being read. */
    interface Following {

        /**
         * Reads what is still there, tells it on the calling thread, and ends; a last
         * line without its end is told too.
         */
        void stop();

    }

}
