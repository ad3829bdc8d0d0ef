package dev.muster.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Control;
import dev.muster.rollout.OnFailure;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of what belongs to rollouts: the plan inside a revision, what was said
 * about a rollout since, which revision was complete last, a group's default.
 */
final class RolloutFacts {

    /** Between author and hash; below everything that is in the name of an author. */
    private static final char OF = 0;

    static final String CONTROL = "rollout";

    static final String COMPLETE = "complete";

    static final String POLICY = "policy";

    /** Above every sequence: an aborted rollout stays so. */
    private static final long ABORTED = 1L << 52;

    private static final int ID_BYTES = 16;

    private static final int MOST_MEMBERS = 4_096;

    private RolloutFacts() {
    }

    /**
     * A plan as it is encoded; members one after another, 16 bytes each.
     *
     * @param settleMillis 0 for the usual time
     */
    record PlanBody(String strategy, byte[] members, int maxUnavailable, int canary, long settleMillis,
            long deadlineMillis, String onFailure) {

        PlanBody {
            require(strategy, members, onFailure);
        }

        static PlanBody of(Plan plan) {
            return new PlanBody(plan.strategy().wireName(), bytes(plan.members()), plan.maxUnavailable(), plan.canary(),
                    plan.settle().map(Duration::toMillis).map((millis) -> Math.max(1, millis)).orElse(0L),
                    plan.deadline().toMillis(), plan.onFailure().wireName());
        }

        /**
         * @throws IllegalArgumentException when it is none that is known
         */
        Plan plan() {
            return new Plan(Strategy.named(this.strategy).orElseThrow(() -> unknown(this.strategy)),
                    RolloutFacts.members(this.members), this.maxUnavailable, this.canary,
                    (this.settleMillis > 0) ? Optional.of(Duration.ofMillis(this.settleMillis)) : Optional.empty(),
                    Duration.ofMillis(this.deadlineMillis),
                    OnFailure.named(this.onFailure).orElseThrow(() -> unknown(this.onFailure)));
        }

    }

    private static void require(@Nullable Object... parts) {
        for (Object part : parts) {
            if (part == null) {
                throw new IllegalArgumentException("A fact about a rollout lacks a part");
            }
        }
    }

    private static IllegalArgumentException unknown(String word) {
        return new IllegalArgumentException("A rollout has a word that is not known: " + word);
    }

    private static byte[] bytes(List<MemberId> members) {
        byte[] bytes = new byte[members.size() * ID_BYTES];
        for (int i = 0; i < members.size(); i++) {
            System.arraycopy(HexFormat.of().parseHex(members.get(i).hex()), 0, bytes, i * ID_BYTES, ID_BYTES);
        }
        return bytes;
    }

    private static List<MemberId> members(byte[] bytes) {
        if (bytes.length % ID_BYTES != 0 || bytes.length > MOST_MEMBERS * ID_BYTES) {
            throw new IllegalArgumentException("A list of members has " + bytes.length + " bytes");
        }
        List<MemberId> members = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += ID_BYTES) {
            members.add(new MemberId(HexFormat.of().formatHex(bytes, i, i + ID_BYTES)));
        }
        return members;
    }

    static FactKey control(GroupName group) {
        return new FactKey(CONTROL, group.toString(), "");
    }

    static FactKey complete(GroupName group) {
        return new FactKey(COMPLETE, group.toString(), "");
    }

    static FactKey policy(GroupName group) {
        return new FactKey(POLICY, group.toString(), "");
    }

    static boolean admits(Fact fact) {
        if (fact.retention() != Retention.DURABLE || !fact.key().detail().isEmpty()
                || !GroupFacts.leavesRoom(fact.version())) {
            return false;
        }
        GroupName.parse(fact.key().subject());
        return switch (fact.key().kind()) {
            case CONTROL -> control(fact) != null;
            case COMPLETE -> isCompletion(fact);
            case POLICY -> policy(fact) != null;
            default -> false;
        };
    }

    private static boolean isCompletion(Fact fact) {
        CompleteBody body = GroupFacts.read(fact, CompleteBody.class);
        GroupContent content = body.whole();
        return fact.version().author().endsWith(OF + completion(fact, body, content).revision().hex())
                && GroupFacts.isFit(fact, content);
    }

    /**
     * Of a group's rollouts the latest one's last word counts; the same word is the same
     * fact whoever says it.
     */
    static Fact control(Revision of, Control control) {
        long sequence = (control.phase() == Control.Phase.ABORTED) ? ABORTED : control.sequence();
        return Fact.create(control(of.group()), of.number(), sequence, control.author(), Retention.DURABLE,
                GroupFacts.write(new ControlBody(of.hash().bytes(), control.sequence(), control.phase().name(),
                        control.promoted(), bytes(control.skipped()), bytes(control.tolerated()), control.reason())),
                null);
    }

    static ControlWord control(Fact fact) {
        ControlBody body = GroupFacts.read(fact, ControlBody.class);
        return new ControlWord(Hash.wrap(body.revision), new Control(body.sequence, Control.Phase.valueOf(body.phase),
                body.promoted, members(body.skipped), members(body.tolerated), body.reason, fact.version().author()));
    }

    /**
     * Says of a revision that it is complete; the same fact whoever says it. Of two such
     * facts that one is the greater whose revision is: two revisions may differ in their
     * hash alone, and the hash of what is said of them tells nothing.
     */
    static Fact complete(Revision revision, GroupContent content) {
        return Fact.create(complete(revision.group()), revision.number(), revision.version().minor(),
                revision.author() + OF + revision.hash().hex(), Retention.DURABLE,
                GroupFacts.write(new CompleteBody(revision.hash().bytes(), content.format(), content.layerHash(),
                        content.layer(), FileBody.of(content.files()), SecretPaths.of(content.secrets()),
                        content.release().map(PackageIdent::toString).orElse(null))),
                null);
    }

    static Completion completion(Fact fact) {
        CompleteBody body = GroupFacts.read(fact, CompleteBody.class);
        return completion(fact, body, body.whole());
    }

    private static Completion completion(Fact fact, CompleteBody body, GroupContent content) {
        if (body.content.length > Revision.MAX_CONTENT) {
            throw new IllegalArgumentException("A complete revision has at most " + Revision.MAX_CONTENT + " bytes");
        }
        return new Completion(fact.version().major(), Hash.wrap(body.revision), content.hash(), content.files(),
                content.envelope(), content.secrets(), content.release(), fact.hash());
    }

    static GroupContent content(Fact complete) {
        return GroupFacts.read(complete, CompleteBody.class).whole();
    }

    static Fact policy(GroupName group, long number, long micros, String author, RolloutOptions options) {
        return Fact.create(policy(group), number, micros, author, Retention.DURABLE,
                GroupFacts.write(new PolicyBody(new TreeMap<>(options.texts()))), null);
    }

    static RolloutOptions policy(Fact fact) {
        return RolloutOptions.parse(GroupFacts.read(fact, PolicyBody.class).options);
    }

    /**
     * What was said about a rollout.
     *
     * @param revision which one's
     */
    record ControlWord(Hash revision, Control control) {
    }

    private record ControlBody(byte[] revision, long sequence, String phase, boolean promoted, byte[] skipped,
            byte[] tolerated, String reason) {

        ControlBody {
            require(revision, phase, skipped, tolerated, reason);
        }

    }

    private record CompleteBody(byte[] revision, @Nullable String format, String layerHash, byte[] content,
            @Nullable List<FileBody> files, @Nullable List<List<String>> secrets, @Nullable String release) {

        CompleteBody {
            require(revision, layerHash, content);
        }

        GroupContent whole() {
            return GroupContent.of(this.format, this.content, this.layerHash, SecretPaths.read(this.secrets),
                    FileBody.files(this.files), this.release);
        }

    }

    private record PolicyBody(Map<String, String> options) {

        PolicyBody {
            require(options);
        }

    }

    /** Of a group's latest rollout, if anything was said of it. */
    static Control of(@Nullable ControlWord word, Revision revision) {
        return (word != null && word.revision().equals(revision.hash())) ? word.control() : Control.NONE;
    }

}
