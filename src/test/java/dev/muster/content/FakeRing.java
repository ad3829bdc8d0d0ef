package dev.muster.content;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.service.HandLoop;

/** Members that ask each other on one loop, and what can go wrong between them. */
final class FakeRing {

    static final long RATE = 16L << 20;

    final HandLoop loop = new HandLoop();

    final Map<MemberId, Node> nodes = new LinkedHashMap<>();

    private final Random random = new Random(7);

    /** Of members that join from now on. */
    long rate = RATE;

    /** Whether members ask each other in any order, and not that of their coming. */
    boolean shuffled;

    /** Every question that was asked: who, topic. */
    final List<String> asked = new ArrayList<>();

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    Node join(int number) {
        Node node = new Node(new MemberId("%032x".formatted(number)));
        this.nodes.put(node.id, node);
        return node;
    }

    /** Until nothing is left to be done for a while. */
    void run(Duration time) {
        this.loop.advance(time);
    }

    /** How a member answers instead of as it should. */
    interface Trouble {

        /**
         * @param right what it would answer
         * @return null for silence
         */
        CompletionStage<byte[]> answer(int count, Supplier<CompletionStage<byte[]>> right);

    }

    final class Node {

        final MemberId id;

        final FakeContentStore store = new FakeContentStore();

        final List<Hash> arrived = new ArrayList<>();

        /** Of which it was said that nobody has it. */
        final List<Hash> missed = new ArrayList<>();

        Contents contents;

        Trouble trouble = (count, right) -> right.get();

        int answered;

        private Node(MemberId id) {
            this.id = id;
            this.contents = contents();
        }

        private Contents contents() {
            return new Contents(FakeRing.this.loop, this.store, FakeRing.this.loop::execute, this::ask,
                    (hash) -> others(), 64 << 20, FakeRing.this.rate,
                    (hash) -> (this.store.whole.containsKey(hash) ? this.arrived : this.missed).add(hash));
        }

        private List<MemberId> others() {
            List<MemberId> others = new ArrayList<>(FakeRing.this.nodes.keySet());
            others.remove(this.id);
            if (FakeRing.this.shuffled) {
                Collections.shuffle(others, FakeRing.this.random);
            }
            return others;
        }

        /** It forgets everything that is not on its disk. */
        void restart() {
            this.contents.want(Map.of());
            this.contents = contents();
        }

        Hash has(byte[] content) {
            this.store.whole.put(Hash.of(content), content);
            return Hash.of(content);
        }

        private CompletableFuture<byte[]> ask(MemberId to, String topic, byte[] question, Duration patience) {
            FakeRing.this.asked.add(to.hex().substring(31) + " " + topic);
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            FakeRing.this.loop.after(patience, () -> answer.completeExceptionally(new IllegalStateException("silent")));
            FakeRing.this.loop.execute(() -> {
                Node other = FakeRing.this.nodes.get(to);
                if (other == null) {
                    answer.completeExceptionally(new IllegalStateException("not present"));
                    return;
                }
                try {
                    CompletionStage<byte[]> stage = topic.equals(Questions.CHUNK)
                            ? other.trouble.answer(other.answered++, () -> other.contents.chunk(this.id, question))
                            : other.contents.hold(this.id, question);
                    if (stage != null) {
                        stage.whenComplete((body, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(failure);
                            }
                            else {
                                answer.complete(body);
                            }
                        });
                    }
                }
                catch (RuntimeException ex) {
                    answer.completeExceptionally(ex);
                }
            });
            return answer;
        }

    }

}
