package dev.muster.rumor;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

import dev.muster.loop.Loop;
import dev.muster.rumor.InquiryFailedException.Reason;
import dev.muster.rumor.Message.Ask;
import dev.muster.rumor.Message.Reply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions of one member to another, and the answers: for what only one member knows,
 * and for what is too much to tell everybody. Nothing is asked twice and nothing is kept:
 * a question or an answer that is lost looks like silence, and who may ask again, does.
 *
 * <p>
 * What is asked and answered has at most {@value #MAX_BYTES} bytes.
 */
public final class Inquiries {

    /** Of one question, and of one answer. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(Inquiries.class);

    /** One member must not keep another busy without bound. */
    private static final int MAX_ANSWERING_EACH = 64;

    private final MemberId self;

    private final Loop loop;

    private final RandomGenerator random;

    private final Outside outside;

    private final Map<String, Responder> responders = new ConcurrentHashMap<>();

    /** Owned by the loop. */
    private final Map<Long, Asked> open = new HashMap<>();

    /** How many questions of a member are being answered; owned by the loop. */
    private final Map<MemberId, Integer> answering = new HashMap<>();

    private @Nullable Long lastId;

    Inquiries(MemberId self, Loop loop, RandomGenerator random, Outside outside) {
        this.self = self;
        this.loop = loop;
        this.random = random;
        this.outside = outside;
    }

    /**
     * From now on questions on this topic are answered here. Any thread.
     * @param topic what it is about, 1 to 100 characters; the same on all members
     * @throws IllegalStateException when somebody answers them already
     */
    public void answer(String topic, Responder responder) {
        Ask.requireTopic(topic);
        if (this.responders.putIfAbsent(topic, responder) != null) {
            throw new IllegalStateException("Questions on " + topic + " are answered already");
        }
    }

    /**
     * Asks one member, which may be this one. Any thread.
     * @param topic one that the other answers to
     * @param body what it is told
     * @param patience how long to wait for the answer
     * @return the answer, on the loop; or, as a failure, an
     * {@link InquiryFailedException}
     */
    public CompletableFuture<byte[]> ask(MemberId to, String topic, byte[] body, Duration patience) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        if (body.length > MAX_BYTES) {
            answer.completeExceptionally(new InquiryFailedException(to, topic, Reason.NOT_SENT,
                    "the question has " + body.length + " bytes, the most is " + MAX_BYTES));
            return answer;
        }
        byte[] own = body.clone();
        this.loop.execute(() -> ask(new Asked(to, topic, answer), own, patience));
        return answer;
    }

    private void ask(Asked asked, byte[] body, Duration patience) {
        if (!asked.to.equals(this.self) && !this.outside.view().has(asked.to)) {
            asked.fail(Reason.NOT_PRESENT, "it is not in the ring now; ask again when it is back");
            return;
        }
        long id = nextId();
        Ask question = new Ask(id, asked.topic, body);
        this.open.put(id, asked);
        asked.timer = this.loop.after(patience, () -> {
            if (this.open.remove(id) != null) {
                asked.fail(Reason.SILENT, "it has not answered within " + patience.toMillis()
                        + " ms; it may be busy, or older than this question");
            }
        });
        if (asked.to.equals(this.self)) {
            on(this.self, question);
        }
        else if (!this.outside.send(asked.to, question)) {
            close(id);
            asked.fail(Reason.NOT_SENT, "too much waits to be sent to other members already; ask again later");
        }
    }

    /**
     * Starts anywhere, so that an answer to an earlier life of this member is nobody's.
     */
    private long nextId() {
        Long last = this.lastId;
        long next = (last == null) ? this.random.nextLong() : last + 1;
        this.lastId = next;
        return next;
    }

    /** On the loop. */
    void on(MemberId from, Ask question) {
        Responder responder = this.responders.get(question.topic());
        if (responder == null) {
            reply(from, question, Reply.Outcome.UNKNOWN_TOPIC, new byte[0]);
            return;
        }
        int busy = this.answering.getOrDefault(from, 0);
        if (busy >= MAX_ANSWERING_EACH) {
            refuse(from, question, busy + " questions of yours are being answered already; ask again later");
            return;
        }
        this.answering.put(from, busy + 1);
        CompletionStage<byte[]> answer;
        try {
            answer = responder.answer(from, question.body());
        }
        catch (RuntimeException ex) {
            answer = CompletableFuture.failedFuture(ex);
        }
        answer.whenComplete((body, failure) -> this.loop.execute(() -> answered(from, question, body, failure)));
    }

    private void answered(MemberId from, Ask question, byte @Nullable [] body, @Nullable Throwable failure) {
        this.answering.computeIfPresent(from, (member, busy) -> (busy > 1) ? busy - 1 : null);
        if (failure != null || body == null) {
            refuse(from, question, text(question, failure));
        }
        else if (body.length > MAX_BYTES) {
            refuse(from, question, "the answer has " + body.length + " bytes, the most is " + MAX_BYTES);
        }
        else {
            reply(from, question, Reply.Outcome.ANSWERED, body);
        }
    }

    private static String text(Ask question, @Nullable Throwable failure) {
        Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
                : failure;
        if (cause instanceof InquiryRefusedException refused) {
            return String.valueOf(refused.getMessage());
        }
        log.warn("A question could not be answered: topic={}", question.topic(), cause);
        return "it failed to answer: " + cause;
    }

    private void refuse(MemberId from, Ask question, String why) {
        reply(from, question, Reply.Outcome.REFUSED, why.getBytes(StandardCharsets.UTF_8));
    }

    private void reply(MemberId to, Ask question, Reply.Outcome outcome, byte[] body) {
        Reply reply = new Reply(question.id(), outcome, body);
        if (to.equals(this.self)) {
            on(this.self, reply);
        }
        else if (!this.outside.send(to, reply)) {
            log.warn("An answer was dropped, too much waits to be sent: member={} topic={}", to, question.topic());
        }
    }

    /** On the loop. */
    void on(MemberId from, Reply reply) {
        Asked asked = this.open.get(reply.id());
        if (asked == null || !asked.to.equals(from)) {
            // Too late, or of somebody who was not asked.
            return;
        }
        close(reply.id());
        switch (reply.outcome()) {
            case ANSWERED -> asked.answer.complete(reply.body());
            case UNKNOWN_TOPIC ->
                asked.fail(Reason.UNKNOWN_TOPIC, "it knows no such question; it may run an older release");
            case REFUSED -> asked.fail(Reason.REFUSED, new String(reply.body(), StandardCharsets.UTF_8));
        }
    }

    private void close(long id) {
        Asked asked = this.open.remove(id);
        if (asked != null && asked.timer != null) {
            asked.timer.cancel();
        }
    }

    /** On the loop: who has left answers nothing any more. */
    void ringChanged(RingView view) {
        List<Long> lost = new ArrayList<>();
        this.open.forEach((id, asked) -> {
            if (!asked.to.equals(this.self) && !view.has(asked.to)) {
                lost.add(id);
            }
        });
        for (Long id : lost) {
            Asked asked = this.open.get(id);
            close(id);
            if (asked != null) {
                asked.fail(Reason.NOT_PRESENT, "it left the ring before it answered; ask again when it is back");
            }
        }
    }

    /** Knows the answers to one topic. */
    @FunctionalInterface
    public interface Responder {

        /**
         * Answers; called on the loop, so that what takes long must go on elsewhere. May
         * be asked the same again: whatever it does must bear that.
         * @param from who asks
         * @return the answer, completed on any thread; or, as a failure, an
         * {@link InquiryRefusedException} whose text is told to who asked
         */
        CompletionStage<byte[]> answer(MemberId from, byte[] body);

    }

    /** The other members, as seen from here. */
    interface Outside {

        RingView view();

        boolean send(MemberId to, Message message);

    }

    /** A question that waits for its answer. */
    private static final class Asked {

        final MemberId to;

        final String topic;

        final CompletableFuture<byte[]> answer;

        Loop.@Nullable Timer timer;

        Asked(MemberId to, String topic, CompletableFuture<byte[]> answer) {
            this.to = to;
            this.topic = topic;
            this.answer = answer;
        }

        void fail(Reason reason, String what) {
            this.answer.completeExceptionally(new InquiryFailedException(this.to, this.topic, reason, what));
        }

    }

}
