package dev.muster.rollout;

import java.util.ArrayList;
import java.util.List;

import dev.muster.rumor.MemberId;

/**
 * What people, or a deadline, said about a rollout after it had begun.
 *
 * @param sequence raised with each word
 * @param reason why it is paused or aborted; empty for none
 * @param author who said the last word; empty for Muster itself
 * @param skipped members that others no longer wait for
 * @param tolerated members whose failure somebody knows of and goes on with
 */
public record Control(long sequence, Phase phase, boolean promoted, List<MemberId> skipped, List<MemberId> tolerated,
        String reason, String author) {

    /** Nobody has said anything. */
    public static final Control NONE = new Control(0, Phase.RUNNING, false, List.of(), List.of(), "", "");

    public Control {
        skipped = List.copyOf(skipped);
        tolerated = List.copyOf(tolerated);
    }

    /** Whether members may start. */
    public enum Phase {

        RUNNING, PAUSED,
        /** For good: another change has to follow. */
        ABORTED

    }

    public Control paused(String why, String by) {
        return new Control(this.sequence + 1, Phase.PAUSED, this.promoted, this.skipped, this.tolerated, why, by);
    }

    /**
     * @param failed members that have failed by now, which is no reason to pause again
     */
    public Control resumed(List<MemberId> failed, String by) {
        return new Control(this.sequence + 1, Phase.RUNNING, this.promoted, this.skipped, union(this.tolerated, failed),
                "", by);
    }

    /** Those that wait behind the canaries may start. */
    public Control promoted(List<MemberId> failed, String by) {
        return new Control(this.sequence + 1, Phase.RUNNING, true, this.skipped, union(this.tolerated, failed), "", by);
    }

    public Control skipping(MemberId member, String by) {
        return new Control(this.sequence + 1, this.phase, this.promoted, union(this.skipped, List.of(member)),
                union(this.tolerated, List.of(member)), this.reason, by);
    }

    public Control aborted(String by) {
        return new Control(this.sequence + 1, Phase.ABORTED, this.promoted, this.skipped, this.tolerated, "", by);
    }

    private static List<MemberId> union(List<MemberId> some, List<MemberId> more) {
        List<MemberId> all = new ArrayList<>(some);
        more.stream().filter((member) -> !all.contains(member)).forEach(all::add);
        return all;
    }

}
