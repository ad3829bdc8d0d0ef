package dev.muster.shell;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line for every step, below each other. The first moment's steps are held back, so
 * that of a change that goes through at once only the outcome is told.
 */
final class AppendedLines implements Display {

    static final Duration HELD = Duration.ofMillis(500);

    private final PrintStream out;

    private final String group;

    private final Elapsed elapsed;

    private final boolean timed;

    private final Map<String, MemberReport> held = new LinkedHashMap<>();

    private RolloutReport rollout = RolloutReport.NONE;

    private boolean open;

    /**
     * @param group whose change it is, behind a command
     * @param timed whether to say how long a member took
     */
    AppendedLines(PrintStream out, String group, Elapsed elapsed, boolean timed) {
        this.out = out;
        this.group = group;
        this.elapsed = elapsed;
        this.timed = timed;
    }

    @Override
    public void member(MemberReport member) {
        this.elapsed.step(member);
        if (this.open) {
            print(member);
        }
        else {
            this.held.put(member.id(), member);
        }
    }

    private void print(MemberReport member) {
        String time = this.timed ? this.elapsed.text(member) : "";
        this.out.println("  " + member.name() + "  " + member.state()
                + (member.pid().isEmpty() ? "" : "  pid " + member.pid()) + (time.isEmpty() ? "" : "  " + time)
                + (member.reason().isEmpty() ? "" : "  " + member.reason()));
    }

    @Override
    public void left(MemberReport member) {
        if (this.open) {
            this.out.println("  " + member.name() + "  no longer a member");
        }
        this.held.remove(member.id());
    }

    @Override
    public void rollout(RolloutReport now) {
        this.rollout = now;
        if (this.open) {
            now.lines(this.group).forEach((line) -> this.out.println("  " + line));
        }
    }

    @Override
    public void tick() {
        if (!this.open && this.elapsed.sinceBegin().compareTo(HELD) >= 0) {
            close();
        }
    }

    @Override
    public void close() {
        if (!this.open) {
            this.open = true;
            rollout(this.rollout);
        }
        this.held.values().forEach(this::print);
        this.held.clear();
    }

}
