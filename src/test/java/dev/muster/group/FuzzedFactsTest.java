package dev.muster.group;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

import dev.muster.Mutations;
import dev.muster.key.NodeKey;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Facts about groups whose content is not what a correct member would say. */
class FuzzedFactsTest {

    private static final GroupName GROUP = GroupName.parse("redis.prod");

    private final NodeKey key = NodeKey.generate(new SecureRandom());

    private final GroupFacts facts = new GroupFacts((signer, message, signature) -> true);

    /** The body under the same key and version, as a hostile member would say it. */
    private Fact with(Fact fact, byte[] body) {
        return Fact.create(fact.key(), fact.version().major(), fact.version().minor(), fact.version().author(),
                fact.retention(), body, fact.signer().isPresent() ? this.key : null);
    }

    private void eachIsTakenOrRefused(Fact good, java.util.function.Consumer<Fact> use) {
        assertThat(this.facts.admits(good)).isTrue();
        Mutations.eachIsTakenOrRefused(List.of(good.body()), (body) -> {
            Fact changed = with(good, body);
            if (!this.facts.admits(changed)) {
                throw new IllegalArgumentException("refused");
            }
            // What is admitted is used without another question.
            use.accept(changed);
        }, IllegalArgumentException.class);
    }

    @Test
    void revisionsAreUsableOrRefused() {
        Plan plan = Plan.freeze(RolloutOptions.NONE, List.of());
        Fact revision = GroupFacts.revision(GROUP, 7, 1, "ann", null, GroupContent.NOTHING, "why", plan, null);
        eachIsTakenOrRefused(revision, (fact) -> {
            Revision read = GroupFacts.revision(fact);
            assertThat(read.id()).startsWith("7-");
            assertThat(Optional.of(read.group())).contains(GROUP);
            read.plan().ifPresent((known) -> assertThat(known.order(List.of())).isNotNull());
        });
    }

    @Test
    void completionsAndPoliciesAreUsableOrRefused() {
        Plan plan = Plan.freeze(RolloutOptions.NONE, List.of());
        Fact revision = GroupFacts.revision(GROUP, 7, 1, "ann", null, GroupContent.NOTHING, null, plan, null);
        eachIsTakenOrRefused(RolloutFacts.complete(GroupFacts.revision(revision), GroupContent.NOTHING),
                (fact) -> assertThat(this.facts.admits(fact)).isTrue());
        eachIsTakenOrRefused(RolloutFacts.policy(GROUP, 3, 1, "ann", RolloutOptions.NONE),
                (fact) -> assertThat(this.facts.admits(fact)).isTrue());
    }

}
