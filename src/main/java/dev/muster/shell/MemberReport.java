package dev.muster.shell;

import java.util.List;
import java.util.Set;

/**
 * What one member made of a change.
 *
 * @param name what people call it; its id where it has no name
 * @param state on the wire, from {@code away} to {@code healthy}
 * @param reason why, where there is something to say; else empty
 * @param pid of its service; empty when there is none
 */
record MemberReport(String name, String state, String reason, String pid) {

    private static final Set<String> ARRIVED = Set.of("received", "rendered", "unchanged", "reconfigured", "restarted",
            "healthy", "failed", "stopped");

    static List<MemberReport> of(Json revision) {
        return revision.get("members")
            .elements()
            .stream()
            .map((member) -> new MemberReport(member.text("name").isEmpty() ? member.text("id") : member.text("name"),
                    member.text("state"), member.text("reason"), member.text("pid")))
            .toList();
    }

    static String table(List<MemberReport> members) {
        TextTable table = new TextTable("member", "state", "pid", "reason");
        members.forEach((member) -> table.row(member.name, member.state, member.pid.isEmpty() ? "-" : member.pid,
                member.reason));
        return table.text("  ");
    }

    boolean isAway() {
        return this.state.equals("away");
    }

    /** Whether it has it; one that waits for something it can name has it too. */
    boolean hasReceived() {
        return ARRIVED.contains(this.state) || (this.state.equals("waiting") && !this.reason.isEmpty());
    }

    /** Whether nothing more is to be expected of it. */
    boolean isDone() {
        return this.state.equals("healthy") || this.state.equals("stopped") || hasFailed();
    }

    boolean hasFailed() {
        return this.state.equals("failed");
    }

}
