package dev.muster.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.muster.ring.IdConflict;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why and how a node ends. INT and TERM stop the services within their grace and leave in
 * order; a second INT, and HUP, leave at once and let the services run on for the next
 * node.
 */
final class Ending {

    private static final Logger log = LoggerFactory.getLogger(Ending.class);

    private static final int CONFLICT = 6;

    private final CountDownLatch asked = new CountDownLatch(1);

    private final AtomicInteger interrupts = new AtomicInteger();

    private volatile boolean stopServices = true;

    private volatile @Nullable IdConflict conflict;

    Ending() {
        Signals.register("INT", () -> interrupted("INT"));
        Signals.register("TERM", () -> end("TERM", true));
        Signals.register("HUP", () -> end("HUP", false));
    }

    private void interrupted(String signal) {
        if (this.interrupts.incrementAndGet() > 1) {
            // The first one is being carried out, which may take a service's whole grace.
            log.warn("Interrupted again, the services are left as they are");
            Runtime.getRuntime().halt(0);
        }
        end(signal, true);
    }

    private void end(String signal, boolean withServices) {
        log.info("Asked to end: signal={} services={}", signal, withServices ? "stopped" : "left running");
        this.stopServices = withServices;
        this.asked.countDown();
    }

    void gaveWay(IdConflict found) {
        log.error("This node gives way: {}", found.message());
        this.conflict = found;
        this.stopServices = false;
        this.asked.countDown();
    }

    /** Waits until the node is to end, ends it, and tells the exit code. */
    int await(Node node) {
        try {
            this.asked.await();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        node.close(this.stopServices);
        IdConflict found = this.conflict;
        if (found != null) {
            System.err.println("muster: " + found.message());
            return CONFLICT;
        }
        return 0;
    }

}
