package dev.muster.group;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import org.jspecify.annotations.Nullable;

/**
 * What this member says of itself: to which groups it belongs, and how its services are.
 * Says a thing again, with a higher version, when it meets a version of its own at or
 * above its last word that it did not say: an earlier life of it said so, and its disk
 * has forgotten. Owned by the node's loop.
 */
final class OwnFacts {

    /** How long a state may wait for the next one to make it needless. */
    static final Duration GATHER = Duration.ofMillis(20);

    /** How long a membership that could not be written waits to be said again. */
    static final Duration AGAIN = Duration.ofSeconds(5);

    private final MemberId self;

    private final String name;

    private final Signer signer;

    private final Replica replica;

    private final Loop loop;

    private final Map<GroupName, GroupFacts.Roster> rosters = new HashMap<>();

    private final Map<GroupName, MemberState> states = new HashMap<>();

    /** By group, what it waits for before it can take a revision. */
    private final Map<GroupName, SortedMap<Need, MemberState.Lack>> lacks = new HashMap<>();

    /** By group, the release that its source has for its service. */
    private final Map<GroupName, String> offers = new HashMap<>();

    /** By group, the last word that was said. */
    private final Map<GroupName, MemberState> saidStates = new HashMap<>();

    /** Groups with a state that waits to be said. */
    private final Set<GroupName> unsaid = new TreeSet<>();

    private final Map<FactKey, Fact> said = new HashMap<>();

    private final Set<GroupName> formerly = new TreeSet<>();

    /** Groups about which the last word could not be written. */
    private final Set<GroupName> unwritten = new TreeSet<>();

    /** Whether what was loaded when this life began has been joined. */
    private boolean resumed;

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
            sayUnlessWritten(group, submission);
            return;
        }
        say(group, roster, submission);
    }

    void leave(GroupName group, Replica.Submission submission) {
        GroupFacts.Roster before = this.rosters.remove(group);
        this.states.remove(group);
        this.lacks.remove(group);
        this.offers.remove(group);
        this.saidStates.remove(group);
        this.unsaid.remove(group);
        if (before == null && !this.formerly.remove(group)) {
            sayUnlessWritten(group, submission);
            return;
        }
        say(group, new GroupFacts.Roster(this.name, (before != null) ? before.ident() : "", false), submission);
    }

    /**
     * Groups that an earlier life of this member belonged to and this one, which has
     * joined all of its own by now, does not. From here on it says so itself where others
     * tell of one.
     */
    Set<GroupName> formerGroups() {
        this.resumed = true;
        Set<GroupName> former = new TreeSet<>(this.formerly);
        former.removeAll(this.rosters.keySet());
        return former;
    }

    /**
     * Said after {@link #GATHER}, as it is then: a service runs through several states in
     * a moment, and each word of it costs every member a signature to check.
     */
    void report(GroupName group, MemberState reported) {
        MemberState state = GroupBounds.fitted(group, reported.with(lack(group), this.offers.get(group)));
        if (state.equals(this.states.put(group, state))) {
            return;
        }
        if (this.unsaid.isEmpty()) {
            this.loop.after(GATHER, this::sayAll);
        }
        this.unsaid.add(group);
    }

    private MemberState.@Nullable Lack lack(GroupName group) {
        return this.lacks.getOrDefault(group, Collections.emptySortedMap()).values().stream().findFirst().orElse(null);
    }

    /**
     * @param lack what it waits for of this kind; empty for nothing any longer
     */
    void lacks(GroupName group, Need need, Optional<MemberState.Lack> lack) {
        SortedMap<Need, MemberState.Lack> open = this.lacks.computeIfAbsent(group, (name) -> new TreeMap<>());
        MemberState.Lack before = lack.isPresent() ? open.put(need, lack.get()) : open.remove(need);
        if (lack.equals(Optional.ofNullable(before))) {
            return;
        }
        sayAnew(group);
    }

    private void sayAnew(GroupName group) {
        MemberState state = this.states.get(group);
        if (state != null) {
            report(group, state);
        }
    }

    /**
     * @param release that its source has for its service; null where none is asked for
     */
    void offers(GroupName group, @Nullable String release) {
        String before = (release != null) ? this.offers.put(group, release) : this.offers.remove(group);
        if (!Objects.equals(release, before)) {
            sayAnew(group);
        }
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
            if (this.resumed) {
                // This disk has lost that it left, or that it ever belonged; others
                // remember.
                say(group, new GroupFacts.Roster(this.name, GroupFacts.roster(fact).ident(), false), Quiet.INSTANCE);
            }
            else {
                this.formerly.add(group);
            }
        }
    }

    /** The last word about a group is what is asked for. */
    private void sayUnlessWritten(GroupName group, Replica.Submission submission) {
        Fact last = this.said.get(GroupFacts.roster(group, this.self));
        if (last == null) {
            submission.held();
        }
        else if (this.replica.pending(last.hash()).isPresent()) {
            this.replica.joinPending(last.hash(), submission);
        }
        else if (this.unwritten.contains(group)) {
            say(group, GroupFacts.roster(last), submission);
        }
        else {
            submission.held();
        }
    }

    private void say(GroupName group, GroupFacts.Roster roster, Replica.Submission submission) {
        Fact fact = GroupFacts.roster(group, this.self, this.incarnation, ++this.sequence, roster, this.signer);
        this.said.put(fact.key(), fact);
        this.unwritten.remove(group);
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                submission.held();
            }

            @Override
            public void failed(java.io.IOException why) {
                if (fact.equals(OwnFacts.this.said.get(fact.key()))) {
                    OwnFacts.this.unwritten.add(group);
                    OwnFacts.this.loop.after(AGAIN, () -> sayAgain(group, fact));
                }
                submission.failed(why);
            }

        });
    }

    /** Nobody else would: who belongs to a group says so once. */
    private void sayAgain(GroupName group, Fact fact) {
        if (fact.equals(this.said.get(fact.key())) && this.unwritten.contains(group)) {
            say(group, GroupFacts.roster(fact), Quiet.INSTANCE);
        }
    }

    private void say(GroupName group, MemberState state) {
        Fact fact = GroupFacts.state(group, this.self, this.incarnation, ++this.sequence, state, this.signer);
        this.said.put(fact.key(), fact);
        this.replica.submit(fact, Quiet.INSTANCE);
    }

    /** What a member may have to wait for; what only a person can bring is told first. */
    enum Need {

        KEYS, RELEASE, FILES

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
