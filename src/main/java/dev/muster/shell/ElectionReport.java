package dev.muster.shell;

import java.util.List;

/** Elections, in words. */
final class ElectionReport {

    private ElectionReport() {
    }

    /** A line for each of them. */
    static TextTable table(List<Json> elections) {
        TextTable table = new TextTable("group", "leader", "election", "voters");
        elections.forEach((election) -> {
            List<Json> voters = election.get("voters").elements();
            long present = voters.stream().filter((voter) -> voter.isTrue("present")).count();
            table.row(election.text("group"), leader(election), state(election),
                    present + " of " + voters.size() + " present");
        });
        return table;
    }

    /** The leader's name, or that there is none. */
    static String leader(Json election) {
        Json leader = election.get("leader");
        return (leader.value() != null) ? MemberReport.line(leader.text("name")) : "-";
    }

    /** Its term, and what is waited for. */
    static String state(Json election) {
        String lease = election.text("lease");
        return election.text("status") + ", term " + election.text("term")
                + (lease.isEmpty() ? "" : ", lease " + lease + " s")
                + (election.text("waiting").isEmpty() ? "" : ", waiting " + election.text("waiting"));
    }

    /** What is not as it should be, on standard error. */
    static void warn(List<Json> elections, Console console) {
        elections.stream()
            .filter((election) -> !election.text("warning").isEmpty())
            .forEach((election) -> console.err()
                .println("muster: " + election.text("group") + " has " + election.text("warning")));
    }

}
