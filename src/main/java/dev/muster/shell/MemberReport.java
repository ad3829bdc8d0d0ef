package dev.muster.shell;

import java.util.List;

/**
 * What one member made of a change.
 *
 * @param id which one
 * @param name what people call it; its id where it has no name
 * @param state on the wire, from {@code away} to {@code healthy}
 * @param reason why, where there is something to say; else empty
 * @param pid of its service; empty when there is none
 * @param since when its process came into its state, as the node writes times; else empty
 * @param received whether it has the change on disk
 * @param said all that the node said of it
 */
record MemberReport(String id, String name, String state, String reason, String pid, String since, boolean received,
        Json said) {

    static List<MemberReport> of(Json revision) {
        return revision.get("members").elements().stream().map(MemberReport::ofMember).toList();
    }

    static MemberReport ofMember(Json member) {
        String name = member.text("name").isEmpty() ? member.text("id") : member.text("name");
        return new MemberReport(member.text("id"), line(name), member.text("state"), line(member.text("reason")),
                member.text("pid"), member.text("since"), member.isTrue("received"), member);
    }

    /** A hook may have said anything, also what a terminal would obey. */
    static String line(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    static String table(List<MemberReport> members) {
        TextTable table = new TextTable("member", "state", "pid", "since", "reason");
        members.forEach((member) -> table.row(member.name, member.state, member.pid.isEmpty() ? "-" : member.pid,
                member.since.isEmpty() ? "-" : member.since.replaceFirst("\\.\\d+Z$", "Z"), member.reason));
        return table.text("  ");
    }

    boolean isAway() {
        return this.state.equals("away");
    }

    /** Whether nothing more is to be expected of it. */
    boolean isDone() {
        return this.state.equals("healthy") || this.state.equals("stopped") || hasFailed();
    }

    /** With what it is doing, or why not. */
    String described() {
        return this.name + " (" + this.state + (this.reason.isEmpty() ? "" : ": " + this.reason) + ")";
    }

    boolean hasFailed() {
        return this.state.equals("failed");
    }

}
