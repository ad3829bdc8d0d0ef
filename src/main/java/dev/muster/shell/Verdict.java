package dev.muster.shell;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How following a change ended: in words, and as an exit code.
 *
 * @param exit 0 when it is where it was asked to be
 * @param type of the problem; empty for exit 0
 * @param told for people; empty when there is nothing to tell
 */
record Verdict(int exit, String type, String told) {

    private static final Verdict REACHED = new Verdict(0, "", "");

    /**
     * @throws CommandFailure when the change is not where it was asked to be
     */
    int conclude(Console console) throws CommandFailure {
        if (this.exit != 0) {
            throw CommandFailure.of(this.exit, this.type, this.told);
        }
        if (!this.told.isEmpty()) {
            console.err().println("muster: " + this.told);
        }
        return 0;
    }

    /**
     * What somebody asked for who follows a change.
     *
     * @param group whose change it is
     * @param id of the revision
     * @param option names the node that was asked, behind a command; may be empty
     * @param top whether members have to be at the top, and not only to have it
     * @param ignoreAway whether members that are away do not count
     * @param patience how long it was waited for at most
     */
    record Question(String group, String id, String option, boolean top, boolean ignoreAway,
            Optional<Duration> patience) {

        private String change() {
            return this.group + " " + this.id;
        }

        /** The command that shows it from here on. */
        String watch() {
            return "muster config status " + change() + this.option + " --watch";
        }

        boolean isSettled(MemberReport member) {
            return member.isAway() || (this.top ? member.isDone() : member.received());
        }

        /** The group as a command names it, and the node that was asked. */
        String where() {
            return this.group + this.option;
        }

        /**
         * @param progress as far as it was followed
         * @param oneCopy whether the node had the only copy when it took the change
         */
        Verdict judge(RevisionProgress progress, boolean oneCopy) {
            Json result = progress.result();
            List<MemberReport> members = progress.members();
            if (result.get("rolledBack").value() != null) {
                return new Verdict(1, "rolled-back", rolledBack(result.get("rolledBack"), progress.failures()));
            }
            if (Boolean.FALSE.equals(result.get("current").value())) {
                return new Verdict(6, "conflict", replaced(result));
            }
            List<MemberReport> failed = members.stream().filter(MemberReport::hasFailed).toList();
            if (this.top && !failed.isEmpty()) {
                return new Verdict(1, "failed", failed(failed, progress.rollout()));
            }
            if (this.top && progress.rollout().isAborted()) {
                return new Verdict(1, "aborted", change() + ": the rollout is " + progress.rollout().told() + "; "
                        + String.join("; ", progress.rollout().next(where())));
            }
            if (this.top && progress.rollout().isStopped()) {
                return new Verdict(1, "failed", change() + " goes no further: the rollout is "
                        + progress.rollout().told() + "; " + String.join("; ", progress.rollout().next(where())));
            }
            List<MemberReport> open = members.stream().filter((member) -> !isSettled(member)).toList();
            if (result.value() == null || !open.isEmpty()) {
                return new Verdict(9, "timeout", late(open, progress.rollout()));
            }
            if (oneCopy && members.stream().filter(MemberReport::received).count() < 2) {
                return new Verdict(8, "incomplete", change()
                        + " has one copy only: no other member of the ring has confirmed it yet; watch it with: "
                        + watch());
            }
            if (this.top && members.isEmpty()) {
                return new Verdict(8, "incomplete", change() + " is kept, and nobody runs " + this.group);
            }
            return away(members.stream().filter(MemberReport::isAway).toList());
        }

        private String failed(List<MemberReport> failed, RolloutReport rollout) {
            String told = change() + " failed on " + names(failed, Question::failure);
            if (!rollout.isStopped()) {
                return told + "; see: " + watch();
            }
            return told + ", and the rollout is paused; to go on without "
                    + ((failed.size() == 1) ? "it" : "one of them") + ": muster rollout skip " + this.group + " "
                    + failed.get(0).name() + this.option + "; " + String.join("; ", rollout.next(where()));
        }

        private Verdict away(List<MemberReport> away) {
            if (away.isEmpty()) {
                return REACHED;
            }
            String told = change() + " waits for members that are away: " + names(away, MemberReport::name);
            if (this.top && !this.ignoreAway) {
                return new Verdict(8, "incomplete",
                        told + "; they take it when they come back (--ignore-away does not count them)");
            }
            return new Verdict(0, "", told);
        }

        private String late(List<MemberReport> open, RolloutReport rollout) {
            String time = this.patience.map((most) -> " after " + most.toMillis() / 1000.0 + " s").orElse("");
            return change() + " is not everywhere" + time + " (still open: "
                    + (open.isEmpty() ? "unknown, the node does not answer" : names(open, MemberReport::described))
                    + (rollout.next(where()).isEmpty() ? "); it stands and goes on"
                            : "); the rollout: " + rollout.told() + "; " + String.join("; ", rollout.next(where())))
                    + "; watch it with: " + watch();
        }

        private String rolledBack(Json back, List<MemberReport> failures) {
            String to = back.text("to").isEmpty() ? "to an empty configuration" : "to that of " + back.text("to");
            return change() + " failed" + (failures.isEmpty() ? "" : " on " + names(failures, Question::failure))
                    + " and was rolled back " + to + " by " + back.text("id")
                    + "; watch that with: muster config status " + this.group + " " + back.text("id") + this.option
                    + " --watch";
        }

        private String replaced(Json result) {
            Json holds = result.get("holds");
            String winner = holds.text("id");
            String by = winner.isEmpty() ? "another change"
                    : winner + " by " + (holds.text("author").isEmpty() ? "Muster itself" : holds.text("author"))
                            + " of " + holds.text("time");
            if (result.text("state").equals("lost")) {
                return change() + " is lost: " + by + " was made without it and has won, so nothing of "
                        + "it is in force. What it would change: muster config diff " + change() + this.option
                        + "; to bring it back: muster config rollback " + change() + this.option;
            }
            return change() + " was superseded: " + by + " is current now; watch that with: muster config status "
                    + this.group + (winner.isEmpty() ? "" : " " + winner) + this.option + " --watch";
        }

        private static String failure(MemberReport member) {
            return member.name() + (member.reason().isEmpty() ? "" : " (" + member.reason() + ")");
        }

        private static String names(List<MemberReport> members, Function<MemberReport, String> name) {
            return members.stream().map(name).collect(Collectors.joining(", "));
        }

    }

}
