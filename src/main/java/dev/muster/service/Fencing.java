package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says for how long the process of one service may act as the leader of its group.
 * Renewals come from another thread than the service's own.
 */
final class Fencing {

    private static final Logger log = LoggerFactory.getLogger(Fencing.class);

    /**
     * From the end of the leader's part of a lease, when the process is asked to stop, to
     * its kill: the last quarter, in which nobody else is elected, but for the half
     * second in which its shim may not look.
     */
    static final Duration GRACE = Duration.ofMillis(700);

    private final Lease lease;

    private final Supplier<Duration> left;

    private final Supplier<String> group;

    private final Consumer<String> released;

    /** Of which group the process acts as leader, or may; guarded by this. */
    private @Nullable String leads;

    /** Whether its shim reads the file; guarded by this. */
    private boolean written;

    /** So that a disk that takes nothing is told of once. */
    private boolean complained;

    /**
     * @param left what is left of this member's lease, zero where it has none
     * @param group that its service belongs to now
     * @param released hears of which group a process that led does so no longer
     */
    Fencing(Lease lease, Supplier<Duration> left, Supplier<String> group, Consumer<String> released) {
        this.lease = lease;
        this.left = left;
        this.group = group;
        this.released = released;
    }

    /**
     * A process is started, or is about to be changed, in this role.
     * @param fenced whether its shim is to stop it when nobody renews its lease
     * @throws StartException when that cannot be written: nothing would stop it
     */
    synchronized void begin(Role role, boolean fenced) throws StartException {
        if (this.leads == null && role.leads()) {
            this.leads = this.group.get();
        }
        this.written = fenced;
        if (!fenced) {
            return;
        }
        try {
            if (role.leads()) {
                this.lease.extend(this.left, GRACE);
            }
            else {
                this.lease.lift();
            }
        }
        catch (IOException ex) {
            throw new StartException("its lease cannot be written, so nothing would stop it as leader: " + ex);
        }
    }

    /** The lease has become longer. */
    synchronized void renewed() {
        if (this.leads != null && this.written && this.left.get().compareTo(Duration.ZERO) > 0) {
            try {
                this.lease.extend(this.left, GRACE);
                this.complained = false;
            }
            catch (IOException ex) {
                complain(ex);
            }
        }
    }

    /** The process that runs does not act as leader. */
    synchronized void follows(boolean fenced) {
        try {
            if (fenced) {
                this.lease.lift();
            }
            ended();
        }
        catch (IOException ex) {
            complain(ex);
        }
    }

    /** There is no process any longer. */
    synchronized void ended() {
        String led = this.leads;
        if (led != null) {
            this.leads = null;
            this.released.accept(led);
        }
    }

    private void complain(IOException why) {
        if (!this.complained) {
            this.complained = true;
            log.error("Lease cannot be written, the process will be stopped as if this node were dead: reason={}",
                    why.toString());
        }
    }

}
