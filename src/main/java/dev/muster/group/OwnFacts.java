package dev.muster.group;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;

/**
 * What this member says of itself: to which groups it belongs, and how its services are.
 * Says a thing again, with a higher version, when it meets a version of its own at or
 * above its last word that it did not say: an earlier life of it said so, and its disk
 * has forgotten. Owned by the node's loop.
 */
final class OwnFacts {

    /** How long a state may wait for the next one to make it needless. */
    static final Duration GATHER = Duration.ofMillis(20);

    private final MemberId self;

    private final String name;

    private final Signer signer;

    private final Replica replica;

    private final Loop loop;

    private final Map<GroupName, GroupFacts.Roster> rosters = new HashMap<>();

    private final Map<GroupName, MemberState> states = new HashMap<>();

    /** By group, the last word that was said. */
    private final Map<GroupName, MemberState> saidStates = new HashMap<>();

    /** Groups with a state that waits to be said. */
    private final Set<GroupName> unsaid = new TreeSet<>();

    private final Map<FactKey, Fact> said = new HashMap<>();

    private final Set<GroupName> formerly = new TreeSet<>();

    private long incarnation;

    private long sequence;

    OwnFacts(MemberId self, String name, Signer signer, Replica replica, Loop loop) {
        this.self = self;
        this.name = name;
        this.signer = signer;
        this.replica = replica;
        this.loop = loop;
    }

    long incarnation() {
        return this.incarnation;
    }

    void begin(long raised) {
        this.incarnation = Math.max(this.incarnation, raised);
    }

    void join(GroupName group, String ident, Replica.Submission submission) {
        GroupFacts.Roster roster = new GroupFacts.Roster(this.name, ident, true);
        if (roster.equals(this.rosters.put(group, roster))) {
            submission.held();
            return;
        }
        say(group, roster, submission);
    }

    void leave(GroupName group, Replica.Submission submission) {
        GroupFacts.Roster before = this.rosters.remove(group);
        this.states.remove(group);
        this.saidStates.remove(group);
        this.unsaid.remove(group);
        if (before == null && !this.formerly.remove(group)) {
            submission.held();
            return;
        }
        say(group, new GroupFacts.Roster(this.name, (before != null) ? before.ident() : "", false), submission);
    }

    /**
     * Groups that an earlier life of this member belonged to, by the facts that were
     * loaded.
     */
    Set<GroupName> formerGroups() {
        Set<GroupName> former = new TreeSet<>(this.formerly);
        former.removeAll(this.rosters.keySet());
        return former;
    }

    /**
     * Said after {@link #GATHER}, as it is then: a service runs through several states in
     * a moment, and each word of it costs every member a signature to check.
     */
    void report(GroupName group, MemberState state) {
        if (state.equals(this.states.put(group, state))) {
            return;
        }
        if (this.unsaid.isEmpty()) {
            this.loop.after(GATHER, this::sayAll);
        }
        this.unsaid.add(group);
    }

    /** Says at once what was reported and not said yet. */
    void sayAll() {
        this.unsaid.forEach((group) -> {
            MemberState state = this.states.get(group);
            if (state != null && !state.equals(this.saidStates.put(group, state))) {
                say(group, state);
            }
        });
        this.unsaid.clear();
    }

    /** A fact about this member has been merged, here or from others. */
    void met(Fact fact) {
        if (!fact.key().detail().equals(this.self.hex()) || fact.equals(this.said.get(fact.key()))) {
            return;
        }
        Fact last = this.said.get(fact.key());
        if (last != null && last.version().compareTo(fact.version()) > 0) {
            return;
        }
        GroupName group = GroupName.parse(fact.key().subject());
        if (fact.version().major() > this.incarnation) {
            this.incarnation = fact.version().major();
        }
        this.sequence = Math.max(this.sequence, fact.version().minor());
        if (fact.key().kind().equals(GroupFacts.STATE)) {
            MemberState state = this.states.get(group);
            if (state != null) {
                this.saidStates.put(group, state);
                say(group, state);
            }
        }
        else if (this.rosters.containsKey(group)) {
            say(group, this.rosters.get(group), Quiet.INSTANCE);
        }
        else if (GroupFacts.roster(fact).loaded()) {
            this.formerly.add(group);
        }
    }

    private void say(GroupName group, GroupFacts.Roster roster, Replica.Submission submission) {
        Fact fact = GroupFacts.roster(group, this.self, this.incarnation, ++this.sequence, roster, this.signer);
        this.said.put(fact.key(), fact);
        this.replica.submit(fact, submission);
    }

    private void say(GroupName group, MemberState state) {
        Fact fact = GroupFacts.state(group, this.self, this.incarnation, ++this.sequence, state, this.signer);
        this.said.put(fact.key(), fact);
        this.replica.submit(fact, Quiet.INSTANCE);
    }

    /** The log tells of its own failures; nobody waits for this word. */
    private enum Quiet implements Replica.Submission {

        INSTANCE;

        @Override
        public void held() {
        }

        @Override
        public void failed(java.io.IOException why) {
        }

    }

}
