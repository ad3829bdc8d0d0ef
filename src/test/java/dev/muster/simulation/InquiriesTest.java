package dev.muster.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.muster.rumor.Inquiries;
import dev.muster.rumor.InquiryFailedException;
import dev.muster.rumor.InquiryFailedException.Reason;
import dev.muster.rumor.InquiryRefusedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Questions and answers in a ring of two. */
class InquiriesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Simulation simulation = new Simulation(1);

    private final SimulatedMember alice = this.simulation.start("alice");

    private final SimulatedMember bob = this.simulation.start("bob");

    @BeforeEach
    void theyKnowEachOther() {
        this.simulation.runFor(Simulation.LONGEST_TO_NOTICE);
    }

    private CompletableFuture<byte[]> ask(SimulatedMember to, String topic, byte[] body) {
        return this.alice.replica().inquiries().ask(to.id(), topic, body, PATIENCE);
    }

    private void pass(Duration time) {
        this.simulation.runFor(time);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static InquiryFailedException failure(CompletableFuture<byte[]> answer) {
        assertThat(answer).isCompletedExceptionally();
        try {
            answer.join();
        }
        catch (CompletionException ex) {
            return (InquiryFailedException) ex.getCause();
        }
        throw new AssertionError("It was answered");
    }

    @Test
    void anAnswerComesFromWhoWasAsked() {
        this.bob.replica()
            .inquiries()
            .answer("echo", (from, body) -> CompletableFuture
                .completedFuture(bytes(from.equals(this.alice.id()) + " " + new String(body, StandardCharsets.UTF_8))));
        CompletableFuture<byte[]> answer = ask(this.bob, "echo", bytes("hello"));
        pass(Duration.ofSeconds(1));
        assertThat(answer.join()).asString(StandardCharsets.UTF_8).isEqualTo("true hello");
    }

    @Test
    void aMemberAsksItselfWithoutTheRing() {
        this.alice.replica().inquiries().answer("echo", (from, body) -> CompletableFuture.completedFuture(body));
        this.simulation.lose(1);
        CompletableFuture<byte[]> answer = ask(this.alice, "echo", bytes("hello"));
        pass(Duration.ofMillis(1));
        assertThat(answer.join()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    }

    @Test
    void anAnswerMayTakeItsTime() {
        CompletableFuture<byte[]> work = new CompletableFuture<>();
        this.bob.replica().inquiries().answer("slow", (from, body) -> work);
        CompletableFuture<byte[]> answer = ask(this.bob, "slow", new byte[0]);
        pass(Duration.ofSeconds(4));
        assertThat(answer).isNotDone();
        work.complete(bytes("done"));
        pass(Duration.ofMillis(300));
        assertThat(answer.join()).asString(StandardCharsets.UTF_8).isEqualTo("done");
    }

    @Test
    void anUnknownTopicIsToldApartFromSilence() {
        CompletableFuture<byte[]> answer = ask(this.bob, "news", new byte[0]);
        pass(Duration.ofSeconds(1));
        assertThat(failure(answer).reason()).isEqualTo(Reason.UNKNOWN_TOPIC);
    }

    @Test
    void aRefusalComesWithItsText() {
        this.bob.replica().inquiries().answer("secret", (from, body) -> {
            throw new InquiryRefusedException("nobody here tells");
        });
        CompletableFuture<byte[]> answer = ask(this.bob, "secret", new byte[0]);
        pass(Duration.ofSeconds(1));
        assertThat(failure(answer)).hasMessage("nobody here tells")
            .extracting(InquiryFailedException::reason)
            .isEqualTo(Reason.REFUSED);
    }

    @Test
    void aResponderThatFailsIsARefusalToo() {
        this.bob.replica()
            .inquiries()
            .answer("broken", (from, body) -> CompletableFuture.failedFuture(new IllegalStateException("no disk")));
        CompletableFuture<byte[]> answer = ask(this.bob, "broken", new byte[0]);
        pass(Duration.ofSeconds(1));
        assertThat(failure(answer)).hasMessageContaining("no disk");
    }

    @Test
    void aLostAnswerIsSilenceAndTheNextQuestionIsAnswered() {
        List<String> heard = new ArrayList<>();
        this.bob.replica().inquiries().answer("echo", (from, body) -> {
            heard.add(new String(body, StandardCharsets.UTF_8));
            // The question came through, the answer will not.
            this.simulation.lose(heard.size() == 1 ? 1 : 0);
            return CompletableFuture.completedFuture(body);
        });
        CompletableFuture<byte[]> first = ask(this.bob, "echo", bytes("first"));
        pass(PATIENCE.minusMillis(100));
        assertThat(heard).containsExactly("first");
        assertThat(first).isNotDone();
        pass(Duration.ofMillis(200));
        assertThat(failure(first).reason()).isEqualTo(Reason.SILENT);
        this.simulation.lose(0);
        CompletableFuture<byte[]> second = ask(this.bob, "echo", bytes("second"));
        pass(Duration.ofSeconds(1));
        assertThat(second.join()).asString(StandardCharsets.UTF_8).isEqualTo("second");
    }

    @Test
    void anAnswerThatComesTooLateIsNobodys() {
        CompletableFuture<byte[]> work = new CompletableFuture<>();
        this.bob.replica().inquiries().answer("slow", (from, body) -> work);
        CompletableFuture<byte[]> answer = ask(this.bob, "slow", new byte[0]);
        pass(PATIENCE.plusMillis(1));
        work.complete(bytes("late"));
        pass(Duration.ofSeconds(1));
        assertThat(failure(answer).reason()).isEqualTo(Reason.SILENT);
    }

    @Test
    void anAnswerToAnEarlierLifeIsNotTakenForOneToThisLife() {
        List<CompletableFuture<byte[]>> works = new ArrayList<>();
        this.bob.replica().inquiries().answer("slow", (from, body) -> {
            works.add(new CompletableFuture<>());
            return works.get(works.size() - 1);
        });
        ask(this.bob, "slow", bytes("before"));
        pass(Duration.ofSeconds(1));
        this.alice.crash();
        this.alice.boot();
        this.simulation.runFor(Simulation.LONGEST_TO_NOTICE);
        CompletableFuture<byte[]> answer = ask(this.bob, "slow", bytes("after"));
        pass(Duration.ofSeconds(1));
        works.get(0).complete(bytes("to the earlier life"));
        pass(Duration.ofSeconds(1));
        assertThat(answer).isNotDone();
        works.get(1).complete(bytes("to this life"));
        pass(Duration.ofSeconds(1));
        assertThat(answer.join()).asString(StandardCharsets.UTF_8).isEqualTo("to this life");
    }

    @Test
    void whoIsAwayIsNotAsked() {
        this.bob.crash();
        this.simulation.runFor(Simulation.LONGEST_TO_NOTICE);
        CompletableFuture<byte[]> answer = ask(this.bob, "echo", new byte[0]);
        pass(Duration.ofMillis(1));
        assertThat(failure(answer).reason()).isEqualTo(Reason.NOT_PRESENT);
    }

    @Test
    void whoLeavesBeforeTheAnswerIsNotWaitedFor() {
        this.bob.replica().inquiries().answer("never", (from, body) -> new CompletableFuture<>());
        CompletableFuture<byte[]> answer = this.alice.replica()
            .inquiries()
            .ask(this.bob.id(), "never", new byte[0], Duration.ofHours(1));
        pass(Duration.ofSeconds(1));
        this.bob.crash();
        this.simulation.runFor(Simulation.LONGEST_TO_NOTICE);
        assertThat(failure(answer).reason()).isEqualTo(Reason.NOT_PRESENT);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, Inquiries.MAX_BYTES })
    void bodiesOfAllAllowedSizesPass(int size) {
        byte[] body = new byte[size];
        this.simulation.random.nextBytes(body);
        this.bob.replica().inquiries().answer("echo", (from, question) -> CompletableFuture.completedFuture(question));
        CompletableFuture<byte[]> answer = ask(this.bob, "echo", body);
        pass(Duration.ofSeconds(1));
        assertThat(answer.join()).isEqualTo(body);
    }

    @Test
    void whatIsTooLargeIsToldWithItsSize() {
        this.bob.replica()
            .inquiries()
            .answer("much", (from, body) -> CompletableFuture.completedFuture(new byte[Inquiries.MAX_BYTES + 1]));
        assertThat(failure(ask(this.bob, "much", new byte[Inquiries.MAX_BYTES + 1])).reason())
            .isEqualTo(Reason.NOT_SENT);
        CompletableFuture<byte[]> answer = ask(this.bob, "much", new byte[0]);
        pass(Duration.ofSeconds(1));
        assertThat(failure(answer)).hasMessageContaining(String.valueOf(Inquiries.MAX_BYTES + 1));
    }

    @Test
    void oneMemberCannotKeepAnotherBusyWithoutBound() {
        List<CompletableFuture<byte[]>> works = new ArrayList<>();
        this.bob.replica().inquiries().answer("slow", (from, body) -> {
            works.add(new CompletableFuture<>());
            return works.get(works.size() - 1);
        });
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            answers.add(ask(this.bob, "slow", new byte[0]));
        }
        pass(Duration.ofSeconds(1));
        assertThat(works).hasSize(64);
        assertThat(answers).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(6);
        works.get(0).complete(new byte[0]);
        pass(Duration.ofSeconds(1));
        ask(this.bob, "slow", new byte[0]);
        pass(Duration.ofSeconds(1));
        assertThat(works).hasSize(65);
    }

    @Test
    void aTopicHasOneResponder() {
        Inquiries inquiries = this.bob.replica().inquiries();
        inquiries.answer("echo", (from, body) -> CompletableFuture.completedFuture(body));
        assertThatIllegalStateException()
            .isThrownBy(() -> inquiries.answer("echo", (from, body) -> CompletableFuture.completedFuture(body)));
    }

}
