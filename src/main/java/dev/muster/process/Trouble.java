package dev.muster.process;

import java.io.IOException;
import java.nio.file.Path;

import org.slf4j.Logger;

/** Tells that something cannot be done with a file once, however often it is tried. */
final class Trouble {

    private final Logger log;

    private final Path file;

    private final String what;

    private boolean told;

    /**
     * @param what cannot be done, beginning with a capital
     */
    Trouble(Logger log, Path file, String what) {
        this.log = log;
        this.file = file;
        this.what = what;
    }

    void met(IOException reason) {
        if (!this.told) {
            this.told = true;
            this.log.warn("{}: file={} reason={}", this.what, this.file, reason.toString());
        }
    }

    void over() {
        if (this.told) {
            this.told = false;
            this.log.info("No longer: {}: file={}", this.what, this.file);
        }
    }

}
