package dev.muster.group;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;

import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.service.HandLoop;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a member makes of its groups while the facts of its log are loaded. */
class LoadedGroupsTest {

    private static final GroupName PROD = GroupName.parse("web.prod");

    private final HandLoop loop = new HandLoop();

    private final List<String> asked = new ArrayList<>();

    private final Replica replica = new Replica(new MemberId("1".repeat(32)), new UnopenedLog(), this.loop,
            new Random(1), this.loop::execute, this.loop::execute, new GroupFacts((key, message, signature) -> true));

    private final ServiceGroupRegistry registry = new ServiceGroupRegistry(new MemberId("1".repeat(32)), "one",
            new AnySigner(), this.replica, new UnopenedLog(), this.loop);

    private final List<GroupSnapshot> told = new ArrayList<>();

    @Test
    void aGroupIsToldOfOnceAllOfItIsThereAndOnlyOnce() {
        this.registry.listen(new GroupListener() {

            @Override
            public void changed(GroupSnapshot group) {
                LoadedGroupsTest.this.told.add(group);
            }

        });
        Fact first = revision(1);
        Fact second = revision(2);
        this.replica.load(first);
        this.replica.load(second);
        // What follows from these alone is that somebody has to say that it is complete.
        this.loop.settle();
        assertThat(this.told).isEmpty();
        assertThat(this.asked).isEmpty();

        this.replica.load(RolloutFacts.complete(GroupFacts.revision(second), GroupContent.NOTHING));
        this.registry.begin(1);
        this.loop.settle();
        assertThat(this.told).singleElement()
            .satisfies((group) -> assertThat(group.isComplete(group.current().orElseThrow())).isTrue());
        assertThat(this.asked).isEmpty();
    }

    private static Fact revision(long number) {
        return GroupFacts.revision(PROD, number, number, "ann", null, GroupContent.NOTHING, null,
                Plan.freeze(RolloutOptions.NONE, List.of()), null);
    }

    /** It tells what it holds, and does nothing else yet. */
    private final class UnopenedLog implements FactLog {

        @Override
        public void append(List<Fact> facts, Completion completion) {
            LoadedGroupsTest.this.asked.add("append " + facts);
        }

        @Override
        public Fact read(Hash hash) throws IOException {
            LoadedGroupsTest.this.asked.add("read " + hash);
            throw new IOException("The log is not open");
        }

        @Override
        public void drop(Collection<Hash> hashes) {
            LoadedGroupsTest.this.asked.add("drop " + hashes);
        }

    }

}
