package dev.muster.shell;

import java.util.List;
import java.util.Set;

/**
 * What one member made of a change.
 *
 * @param id which one
 * @param name what people call it; its id where it has no name
 * @param state on the wire, from {@code away} to {@code healthy}
 * @param reason why, where there is something to say; else empty
 * @param pid of its service; empty when there is none
 * @param received whether it has the change on disk
 */
record MemberReport(String id, String name, String state, String reason, String pid, boolean received) {

    /** From here it goes on, within a second or so. */
    private static final Set<String> UNDER_WAY = Set.of("received", "rendered");

    static List<MemberReport> of(Json revision) {
        return revision.get("members")
            .elements()
            .stream()
            .map((member) -> new MemberReport(member.text("id"),
                    member.text("name").isEmpty() ? member.text("id") : member.text("name"), member.text("state"),
                    member.text("reason"), member.text("pid"), Boolean.TRUE.equals(member.get("received").value())))
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

    /** Whether it has done with the change what it does at once. */
    boolean hasActed() {
        return isAway() || (this.received && !UNDER_WAY.contains(this.state));
    }

    /** Whether nothing more is to be expected of it. */
    boolean isDone() {
        return this.state.equals("healthy") || this.state.equals("stopped") || hasFailed();
    }

    boolean hasFailed() {
        return this.state.equals("failed");
    }

}
