package dev.muster.shell;

import java.time.Duration;

/** Lets time pass for a display. May be called by any thread. */
final class TickingDisplay implements Display {

    private static final Duration EVERY = Duration.ofMillis(100);

    private final Display display;

    private boolean closed;

    TickingDisplay(Display display) {
        this.display = display;
        Thread thread = new Thread(this::run, "muster-display");
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void run() {
        try {
            while (!this.closed) {
                this.display.tick();
                wait(EVERY.toMillis());
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void member(MemberReport member) {
        this.display.member(member);
    }

    @Override
    public synchronized void left(MemberReport member) {
        this.display.left(member);
    }

    @Override
    public synchronized void rollout(RolloutReport rollout) {
        this.display.rollout(rollout);
    }

    @Override
    public synchronized void close() {
        if (!this.closed) {
            this.closed = true;
            this.display.close();
            notifyAll();
        }
    }

}
