package dev.muster.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.muster.gateway.NodeControl;
import dev.muster.gateway.RestartRefusedException;
import dev.muster.group.Departure;
import dev.muster.process.Successor;
import dev.muster.ring.IdConflict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why and how a node ends. INT and TERM stop the services within their grace and leave in
 * order; a second INT leaves at once and lets the services run on for the next node. HUP
 * leaves them too, and a new process takes the node's place.
 */
final class Ending implements NodeControl {

    private static final Logger log = LoggerFactory.getLogger(Ending.class);

    private static final int CONFLICT = 6;

    private static final int DEPARTED = 10;

    private final Succession succession;

    private final CountDownLatch asked = new CountDownLatch(1);

    /** Guarded by {@code this}, as are the next ones. */
    private int interrupts;

    private boolean stopServices = true;

    private boolean restarting;

    private @Nullable IdConflict conflict;

    private @Nullable String departed;

    private @Nullable Successor successor;

    /** What came when the successor was not there yet. */
    private final List<String> late = new ArrayList<>();

    /**
     * @param succession tells of signals, and knows who comes next
     */
    Ending(Succession succession) {
        this.succession = succession;
        succession.hearSignals(this::signal);
    }

    /** A signal for this node, or for the one in its place. */
    private void signal(String name) {
        synchronized (this) {
            Successor heir = this.successor;
            if (heir != null) {
                heir.send(name);
                return;
            }
            if (this.restarting) {
                this.late.add(name);
                return;
            }
        }
        switch (name) {
            case "INT" -> interrupted();
            case "HUP" -> hungUp();
            default -> end(name, true);
        }
    }

    private synchronized void interrupted() {
        this.interrupts++;
        if (this.interrupts > 1) {
            // The first one is being carried out, which may take a service's whole grace.
            log.warn("Interrupted again, the services are left as they are");
            Runtime.getRuntime().halt(0);
        }
        end("INT", true);
    }

    private void hungUp() {
        try {
            restart();
        }
        catch (RestartRefusedException ex) {
            log.error("Not restarted, this process goes on: {}", ex.getMessage());
        }
    }

    private synchronized void end(String why, boolean withServices) {
        if (this.asked.getCount() == 0) {
            return;
        }
        log.info("Asked to end: by={} services={}", why, withServices ? "stopped" : "left running");
        this.stopServices = withServices;
        this.asked.countDown();
    }

    @Override
    public void stop() {
        end("sup term", true);
    }

    @Override
    public void restart() {
        this.succession.check();
        synchronized (this) {
            if (this.asked.getCount() > 0) {
                this.restarting = true;
                end("restart", false);
            }
        }
    }

    synchronized void gaveWay(IdConflict found) {
        log.error("This node gives way: {}", found.message());
        if (this.asked.getCount() > 0) {
            this.conflict = found;
            this.stopServices = false;
            this.asked.countDown();
        }
    }

    /**
     * This member has departed: its services stop in order, and with its id it never
     * comes back.
     * @param nodeKey the file that its id follows from
     */
    synchronized void departed(Departure departure, Path nodeKey) {
        String why = "This member, " + departure.member() + ", has departed (said by " + departure.author() + " at "
                + departure.time() + "), so its services are stopped and with this id it does not come back. To let "
                + "this host be a new member, remove " + nodeKey + " and start again";
        log.error("{}", why);
        this.departed = why;
        if (this.asked.getCount() > 0) {
            end("departure", true);
        }
    }

    /** Waits until the node is to end, ends it, and tells the exit code. */
    int await(Node node) {
        try {
            this.asked.await();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        IdConflict found;
        String gone;
        boolean stop;
        synchronized (this) {
            found = this.conflict;
            gone = this.departed;
            stop = this.stopServices;
        }
        node.close(stop);
        if (gone != null) {
            System.err.println("muster: " + gone);
            return DEPARTED;
        }
        if (found != null) {
            System.err.println("muster: " + found.message());
            return CONFLICT;
        }
        synchronized (this) {
            return this.restarting ? Succession.RESTART : 0;
        }
    }

    /** From here on signals are for the one in this node's place. */
    synchronized void handOver(Successor heir) {
        this.successor = heir;
        this.late.forEach(heir::send);
        this.late.clear();
    }

    /** It has ended; another one may follow. */
    synchronized void handedBack() {
        this.successor = null;
    }

}
