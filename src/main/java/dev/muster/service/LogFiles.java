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
     * not there yet is awaited. A line that is too long to be kept in memory comes in
     * pieces.
     */
    Following follow(Path file, Consumer<String> lines);

    /**
     * As {@link #follow}, but goes on where the last such following of this file ended,
     * which may have been a node that was killed: what was written meanwhile is told,
     * too. After a kill the last few lines before it may be told twice; none is lost. A
     * file that was never followed so is told from its end on.
     */
    Following resume(Path file, Consumer<String> lines);

    /**
     * The readable log of a service, begun or gone on with. One that cannot be written
     * says so once, tells its followers all the same, and is written again as soon as
     * that is possible.
     * @param file its newest part; older ones stand beside it
     */
    LineLog lineLog(Path file);

    /** A file that is being read. */
    interface Following {

        /**
         * Reads what is still there, tells it on the calling thread, and ends; a last
         * line without its end is told too. Of a resumed file only some of what is there
         * may be told, and the rest to whoever resumes it next.
         */
        void stop();

        /**
         * Ends because the node leaves while the process writes on: a line without its
         * end is left to whoever resumes the file.
         */
        void leave();

    }

}
