package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Until when a fenced process may run. What was said last holds, also when the node that
 * said it is dead; then the process is stopped, and killed.
 */
public interface Lease {

    /**
     * It may run until then.
     * @param left until it is to be stopped; asked after the machine's clock was read, so
     * that a pause in between can only make the lease shorter
     * @param grace from then until it is killed
     * @throws IOException when it could not be written, so that what was said before
     * holds
     */
    void extend(Supplier<Duration> left, Duration grace) throws IOException;

    /**
     * It may run for ever.
     * @throws IOException when it could not be written, so that what was said before
     * holds
     */
    void lift() throws IOException;

}
