package dev.muster.shell;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What can be interrupted now: the request that a command waits for, and what to say of a
 * change that was taken and goes on. Any thread may call this.
 */
final class Session {

    private static final Runnable NOTHING_SHOWN = () -> {
    };

    private @Nullable ControlClient client;

    private @Nullable Thread command;

    private String standing = "";

    private Runnable stillness = NOTHING_SHOWN;

    /** A client whose requests end when the session is interrupted. */
    synchronized ControlClient connect(Arguments arguments, Console console) throws CommandFailure, UsageException {
        this.client = new ControlClient(Target.find(arguments, console));
        return this.client;
    }

    /** A change was taken; from here on an interruption leaves it as it is. */
    synchronized void stands(String change) {
        this.standing = change;
    }

    /**
     * Something is shown that changes.
     * @param freeze leaves it as it is
     */
    synchronized void shows(Runnable freeze) {
        this.stillness = freeze;
    }

    /** Leaves what is shown as it is, so that more can be told below it. */
    void freeze() {
        Runnable freeze;
        synchronized (this) {
            freeze = this.stillness;
        }
        freeze.run();
    }

    /** What to tell somebody who interrupts; empty when nothing was changed. */
    synchronized Optional<String> standing() {
        return this.standing.isEmpty() ? Optional.empty() : Optional.of(this.standing);
    }

    /** A command begins on this thread. */
    synchronized void begin() {
        Thread.interrupted();
        this.command = Thread.currentThread();
        this.client = null;
        this.standing = "";
        this.stillness = NOTHING_SHOWN;
    }

    /** The command is over: there is nothing to interrupt. */
    synchronized void end() {
        this.command = null;
        this.client = null;
        this.standing = "";
        this.stillness = NOTHING_SHOWN;
    }

    void interrupt() {
        ControlClient waiting;
        Thread pausing;
        synchronized (this) {
            waiting = this.client;
            pausing = this.command;
        }
        if (pausing != null) {
            pausing.interrupt();
        }
        if (waiting != null) {
            waiting.interrupt();
        }
    }

}
