package dev.muster.ring;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

import dev.muster.key.NodeKey;
import dev.muster.key.Signatures;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Without a network and without waiting: time is a queue of tasks. */
class IntroductionsTests {

    private final World world = new World();

    private final NodeKey key = TestNode.newKey();

    private final NodeKey otherKey = TestNode.newKey();

    private final Hello self = hello(this.key, "self");

    private final Hello other = hello(this.otherKey, "other");

    private final Introductions introductions = new Introductions(this.self, TestNode.local("ring", "self"),
            new Signatures(), this.world);

    private static Hello hello(NodeKey key, String name) {
        return Hello.create(UUID.randomUUID(), TestNode.local("ring", name), key);
    }

    private void view(Hello... others) {
        List<Address> members = new ArrayList<>();
        List.of(others).forEach((hello) -> members.add(hello.address()));
        members.add(this.self.address());
        this.introductions.viewChanged(members);
    }

    private void says(Hello from, Frame.Kind kind, Hello what) {
        this.introductions.received(from.address(), new Frame(kind, what.encoded()));
    }

    private void says(Hello from, String text) {
        this.introductions.received(from.address(),
                new Frame(Frame.Kind.MESSAGE, text.getBytes(StandardCharsets.UTF_8)));
    }

    private void free(Hello from) {
        this.introductions.received(from.address(), Frame.of(Frame.Kind.ID_FREE));
    }

    private void settleAlone() {
        this.introductions.start();
        view();
        assertThat(this.introductions.settled()).isTrue();
    }

    @Test
    void theFirstThatIsHeardIsThisMemberAlone() {
        this.introductions.start();
        assertThat(this.world.views).containsExactly(RingView.of(List.of(this.self.peer())));
        view();
        assertThat(this.world.views).hasSize(1);
    }

    @Test
    void onlyWhoSaidHelloIsPresentAndHeard() {
        settleAlone();
        view(this.other);
        assertThat(this.world.sent).containsExactly("HELLO to " + this.other.address());
        says(this.other, "1");
        says(this.other, "2");
        assertThat(this.world.delivered).isEmpty();
        assertThat(this.introductions.unacquainted()).isEqualTo(1);
        says(this.other, Frame.Kind.HELLO, this.other);
        says(this.other, "3");
        assertThat(this.world.latest().has(this.otherKey.id())).isTrue();
        assertThat(this.world.delivered).containsExactly("1", "2", "3");
        view();
        assertThat(this.world.latest().has(this.otherKey.id())).isFalse();
        view(this.other);
        assertThat(this.world.latest().has(this.otherKey.id())).isTrue();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aNameThatIsTakenIsWarnedOf(CapturedOutput output) {
        settleAlone();
        Hello namesake = hello(TestNode.newKey(), "self");
        view(this.other, namesake);
        says(this.other, Frame.Kind.HELLO, this.other);
        assertThat(output).doesNotContain("same name");
        says(namesake, Frame.Kind.HELLO, namesake);
        assertThat(output).contains("Two members have the same name: name=self", namesake.id().hex());
        assertThat(this.world.latest().members()).hasSize(3);
    }

    @Test
    void aHelloMayComeBeforeTheViewItsSenderIsIn() {
        settleAlone();
        says(this.other, Frame.Kind.HELLO, this.other);
        assertThat(this.world.latest().has(this.otherKey.id())).isFalse();
        view(this.other);
        assertThat(this.world.latest().has(this.otherKey.id())).isTrue();
    }

    @Test
    void whoIsSilentIsAskedLessAndLessOften() {
        settleAlone();
        view(this.other);
        this.world.pass(Duration.ofSeconds(20));
        assertThat(this.world.times("HELLO_WANTED to " + this.other.address())).containsExactly(100L, 300L, 700L, 1500L,
                3100L, 6300L, 11300L, 16300L);
        view();
        int before = this.world.sent.size();
        this.world.pass(Duration.ofSeconds(60));
        assertThat(this.world.sent).hasSize(before);
    }

    @Test
    void messagesOfAStrangerAreHeldUpToABound() {
        settleAlone();
        view(this.other);
        for (int i = 0; i < Held.MAX_MESSAGES + 5; i++) {
            says(this.other, Integer.toString(i));
        }
        assertThat(this.world.dropped).isEqualTo(5);
        view();
        assertThat(this.world.dropped).isEqualTo(Held.MAX_MESSAGES + 5);
    }

    @Test
    void forgedHellosAreTurnedAway() {
        settleAlone();
        Hello stranger = hello(TestNode.newKey(), "stranger");
        view(this.other, stranger);
        says(stranger, Frame.Kind.HELLO, this.other);
        Hello elsewhere = Hello.create((UUID) stranger.address(), TestNode.local("elsewhere", "x"), TestNode.newKey());
        says(stranger, Frame.Kind.HELLO, elsewhere);
        this.introductions.received(stranger.address(), new Frame(Frame.Kind.HELLO, new byte[] { 1, 2, 3 }));
        assertThat(this.world.rejected).hasSize(3);
        assertThat(this.world.latest().members()).hasSize(1);
    }

    @Test
    void ofTwoStartsOfAMemberTheLaterIsPresentAndTheEarlierNotHeard() {
        settleAlone();
        Hello later = hello(this.otherKey, "other");
        view(this.other, later);
        says(later, Frame.Kind.HELLO, later);
        says(this.other, Frame.Kind.HELLO, this.other);
        says(this.other, "old");
        says(later, "new");
        assertThat(this.world.latest().find(this.otherKey.id())).contains(later.peer());
        assertThat(this.world.delivered).containsExactly("new");
        assertThat(this.world.dropped).isEqualTo(1);
        assertThat(this.world.addresses).containsEntry(this.otherKey.id(), later.address());
    }

    @Test
    void aNewcomerSaysNothingBeforeItKnowsThatItsIdIsFree() {
        Hello third = hello(TestNode.newKey(), "third");
        view(this.other, third);
        says(this.other, Frame.Kind.HELLO, this.other);
        says(this.other, "early");
        assertThat(this.world.sent).allMatch((sent) -> sent.startsWith("ID_QUESTION to "));
        assertThat(this.world.latest().members()).hasSize(1);
        free(this.other);
        assertThat(this.introductions.settled()).isFalse();
        free(third);
        assertThat(this.introductions.settled()).isTrue();
        assertThat(this.world.sent).contains("HELLO to " + this.other.address(), "HELLO to " + third.address());
        assertThat(this.world.delivered).containsExactly("early");
    }

    @Test
    void whoCameLaterIsNotAsked() {
        this.introductions.viewChanged(List.of(this.self.address(), this.other.address()));
        assertThat(this.introductions.settled()).isTrue();
        assertThat(this.world.sent).containsExactly("HELLO to " + this.other.address());
    }

    @Test
    void aMemberThatHangsKeepsANewcomerWaitingForPatienceOnly() {
        Hello hung = hello(TestNode.newKey(), "hung");
        view(this.other, hung);
        free(this.other);
        this.world.pass(Claim.PATIENCE.minusMillis(1));
        assertThat(this.introductions.settled()).isFalse();
        this.world.pass(Duration.ofMillis(1));
        assertThat(this.introductions.settled()).isTrue();
    }

    @Test
    void aHolderThatAnswersWins() {
        Hello holder = hello(this.key, "self");
        view(holder);
        says(holder, Frame.Kind.ID_MINE, holder);
        assertThat(this.world.conflicts)
            .containsExactly(new IdConflict(this.key.id(), this.self.peer().address(), holder.peer().address(), true));
        int sent = this.world.sent.size();
        view(holder, this.other);
        says(this.other, Frame.Kind.HELLO, this.other);
        this.world.pass(Duration.ofMinutes(1));
        assertThat(this.world.sent).hasSize(sent);
        assertThat(this.world.latest().members()).hasSize(1);
        assertThat(this.world.conflicts).hasSize(1);
    }

    @Test
    void aHolderThatSaysHelloHasAnswered() {
        Hello holder = hello(this.key, "self");
        view(holder);
        says(holder, Frame.Kind.HELLO, holder);
        assertThat(this.world.conflicts).extracting(IdConflict::starting).containsExactly(true);
    }

    @Test
    void aHolderThatOthersKnowOfIsWaitedForUntilItLeaves() {
        Hello holder = hello(this.key, "self");
        view(holder, this.other);
        says(this.other, Frame.Kind.ID_KNOWN, holder);
        this.world.pass(TestNode.QUICK.takeOver().minusMillis(1));
        assertThat(this.introductions.settled()).isFalse();
        view(this.other);
        assertThat(this.introductions.settled()).isTrue();
    }

    @Test
    void aHolderThatRefusesConnectionsIsGone() {
        Hello holder = hello(this.key, "self");
        view(holder, this.other);
        says(this.other, Frame.Kind.ID_KNOWN, holder);
        this.introductions.refused("127.0.0.1:1");
        assertThat(this.introductions.settled()).isFalse();
        this.introductions.refused(holder.peer().address());
        assertThat(this.introductions.settled()).isTrue();
    }

    @Test
    void aHolderThatStaysSilentIsTakenOverFromInTime() {
        Hello holder = hello(this.key, "self");
        view(holder, this.other);
        says(this.other, Frame.Kind.ID_KNOWN, holder);
        this.world.pass(TestNode.QUICK.takeOver().minusMillis(1));
        assertThat(this.introductions.settled()).isFalse();
        this.world.pass(Duration.ofMillis(1));
        assertThat(this.introductions.settled()).isTrue();
    }

    @Test
    void anAnswerAboutAnotherMemberIsTurnedAway() {
        view(this.other);
        says(this.other, Frame.Kind.ID_MINE, this.other);
        assertThat(this.world.rejected).hasSize(1);
        assertThat(this.world.conflicts).isEmpty();
    }

    @Test
    void whoeverHoldsAnIdSaysSoAndTellsOfOthersThatDo() {
        settleAlone();
        Hello clone = hello(this.key, "self");
        Hello clonesOther = hello(this.otherKey, "other");
        Hello newcomer = hello(TestNode.newKey(), "new");
        view(this.other, clone, clonesOther, newcomer);
        says(this.other, Frame.Kind.HELLO, this.other);
        this.world.sent.clear();
        says(clone, Frame.Kind.ID_QUESTION, clone);
        says(clonesOther, Frame.Kind.ID_QUESTION, clonesOther);
        says(newcomer, Frame.Kind.ID_QUESTION, newcomer);
        assertThat(this.world.sent).containsExactly("ID_MINE to " + clone.address(),
                "ID_KNOWN to " + clonesOther.address(), "ID_FREE to " + newcomer.address());
        assertThat(this.world.latest().members()).hasSize(2);
    }

    @Test
    void ofTwoThatStartTogetherTheLaterOneStays() {
        Hello later = hello(this.key, "self");
        view(later);
        says(later, Frame.Kind.ID_QUESTION, later);
        assertThat(this.world.sent).contains("ID_FREE to " + later.address());
        says(later, Frame.Kind.ID_MINE, later);
        assertThat(this.world.conflicts).hasSize(1);
    }

    @Test
    void whenRingsMeetTheLaterStartStays() {
        Hello later = hello(this.key, "self");
        settleAlone();
        view(later);
        says(later, Frame.Kind.HELLO, later);
        assertThat(this.world.conflicts).extracting(IdConflict::starting).containsExactly(false);

        World theirWorld = new World();
        Introductions theirs = new Introductions(later, TestNode.local("ring", "self"), new Signatures(), theirWorld);
        theirs.viewChanged(List.of(later.address()));
        theirs.viewChanged(List.of(later.address(), this.self.address()));
        theirs.received(this.self.address(), new Frame(Frame.Kind.HELLO, this.self.encoded()));
        assertThat(theirWorld.conflicts).isEmpty();
        assertThat(theirs.settled()).isTrue();
    }

    /** What happened, and the time in which it happens. */
    private static final class World implements Introductions.Outside {

        private final List<String> sent = new ArrayList<>();

        private final List<Long> sentAt = new ArrayList<>();

        private final List<String> delivered = new ArrayList<>();

        private final List<RingView> views = new ArrayList<>();

        private final List<IdConflict> conflicts = new ArrayList<>();

        private final List<String> rejected = new ArrayList<>();

        private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));

        private Map<MemberId, Address> addresses = Map.of();

        private int dropped;

        private long now;

        void pass(Duration time) {
            long end = this.now + time.toMillis();
            while (!this.tasks.isEmpty() && this.tasks.peek().at() <= end) {
                Task next = this.tasks.remove();
                this.now = next.at();
                next.action().run();
            }
            this.now = end;
        }

        RingView latest() {
            return this.views.get(this.views.size() - 1);
        }

        List<Long> times(String what) {
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < this.sent.size(); i++) {
                if (this.sent.get(i).equals(what)) {
                    times.add(this.sentAt.get(i));
                }
            }
            return times;
        }

        @Override
        public void send(Address to, Frame frame) {
            this.sent.add(frame.kind() + " to " + to);
            this.sentAt.add(this.now);
        }

        @Override
        public void after(Duration delay, Runnable task) {
            this.tasks.add(new Task(this.now + delay.toMillis(), task));
        }

        @Override
        public void deliver(MemberId from, byte[] message) {
            this.delivered.add(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void deliverUrgent(MemberId from, byte[] message) {
            throw new AssertionError("Nothing is urgent here");
        }

        @Override
        public void present(RingView view, Map<MemberId, Address> present, boolean changed) {
            this.addresses = present;
            if (changed) {
                this.views.add(view);
            }
        }

        @Override
        public void gaveWay(IdConflict conflict) {
            this.conflicts.add(conflict);
        }

        @Override
        public void rejected(Address from, String why) {
            this.rejected.add(why);
        }

        @Override
        public void dropped(int messages) {
            this.dropped += messages;
        }

        private record Task(long at, Runnable action) {
        }

    }

}
