package dev.muster.gateway;

import java.util.List;
import java.util.OptionalLong;

import dev.muster.gateway.CandidateControl.MemberPlan;
import dev.muster.gateway.HistoryController.ValueLine;
import dev.muster.rollout.Plan;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.MemberId;
import dev.muster.service.FileDifference;
import dev.muster.service.Preview;
import org.jspecify.annotations.Nullable;

/**
 * What a change would do; nothing of it has been done.
 *
 * @param base the revision it would be made on; null for a group's first
 * @param number what it would be called; null where it is applied already
 * @param applied {@code planned}, or {@code already}
 * @param values of the applied layer that would change
 * @param files of the group that would change
 * @param release of its package that the group would run; null where it stays as it is
 * @param warnings what may be a mistake
 * @param members what each would do, in the order of their ids
 * @param rollout in which order
 */
record PlanAnswer(String group, @Nullable String base, @Nullable Long number, String applied, List<ValueLine> values,
        List<FileChangeLine> files, @Nullable ReleaseLine release, List<String> warnings, List<MemberLine> members,
        RolloutLine rollout, @Nullable String note) {

    static @Nullable Long number(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }

    /**
     * What one member would do.
     *
     * @param action {@code nothing}, {@code file-updated}, {@code reconfigure},
     * {@code restart}, {@code refused}, or {@code unknown}
     * @param reason of the action; why it is not known
     * @param leads whether it is its group's leader, whose turn is the last
     * @param files that would be others
     */
    record MemberLine(String id, String name, String action, String reason, boolean leads, List<FileLine> files) {

        static MemberLine of(MemberPlan plan, boolean leads) {
            Preview preview = plan.preview();
            if (preview == null) {
                return new MemberLine(plan.id().hex(), plan.name(), "unknown",
                        (plan.unknown() != null) ? plan.unknown() : "", leads, List.of());
            }
            return new MemberLine(plan.id().hex(), plan.name(), preview.action().wireName(), preview.reason(), leads,
                    preview.files().stream().map(FileLine::of).toList());
        }

    }

    /**
     * How the members would take it.
     *
     * @param maxUnavailable how many may be under way at a time; null where all may
     * @param canary how many are looked at before the others; 0 without
     * @param order ids of the members, in their turns
     */
    record RolloutLine(String strategy, @Nullable Integer maxUnavailable, int canary, List<String> order) {

        static RolloutLine of(Plan plan) {
            return new RolloutLine(plan.strategy().wireName(),
                    (plan.strategy() == Strategy.AT_ONCE) ? null : plan.maxUnavailable(), plan.canary(),
                    plan.members().stream().map(MemberId::hex).toList());
        }

    }

    /**
     * A file that would change.
     *
     * @param name below the service's directory
     * @param diff unified, by line
     */
    record FileLine(String name, List<String> diff) {

        static FileLine of(FileDifference difference) {
            return new FileLine(difference.name(), difference.lines());
        }

    }

}
