package dev.muster.group;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import dev.muster.content.FileName;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import dev.muster.service.HandLoop;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;

class GroupFilesTest {

    private static final GroupName PROD = GroupName.parse("web.prod");

    private static final GroupFacts ADMISSION = new GroupFacts((key, message, signature) -> true);

    private final HandLoop loop = new HandLoop();

    private final MemoryLog log = new MemoryLog();

    private final MemberId self = new MemberId("1".repeat(32));

    private final Replica replica = new Replica(this.self, this.log, this.loop, new Random(1), this.loop::execute,
            this.loop::execute, ADMISSION);

    private final GroupFiles files = new GroupFiles(this.self, this.replica, this.loop);

    GroupFilesTest() {
        this.replica.changed(
                RingView.of(List.of(new RingView.Peer(this.self, "one", 1, "0".repeat(16), "127.0.0.1:1", Map.of()))));
        this.loop.settle();
    }

    private static FileContent content(String text) {
        return new FileContent(Hash.of(text.getBytes()), text.length(), 0640, Optional.empty());
    }

    private static FileRequest request(String name, @Nullable String number, @Nullable FileContent content) {
        return new FileRequest(PROD, new FileName(name),
                (number != null) ? OptionalLong.of(Long.parseLong(number)) : OptionalLong.empty(), null,
                Optional.ofNullable(content), "ann", null);
    }

    private AppliedFile apply(FileRequest request) {
        CompletableFuture<AppliedFile> answer = this.files.apply(request);
        this.loop.settle();
        return answer.join();
    }

    private String outcome(FileRequest request) {
        CompletableFuture<Optional<FileRevision>> check = this.files.check(request);
        CompletableFuture<AppliedFile> answer = this.files.apply(request);
        this.loop.settle();
        String outcome = answer.handle((applied, failure) -> {
            if (failure instanceof RefusedException refused) {
                return refused.reason().name();
            }
            if (failure != null) {
                return failure.getClass().getSimpleName();
            }
            return (applied.already() ? "already " : "") + applied.revision().revision().number();
        }).join();
        // Who is refused is refused before anything has travelled.
        assertThat(check.isCompletedExceptionally()).isEqualTo(answer.isCompletedExceptionally());
        return outcome;
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-",
            value = { "a, -, one, already 5", "a, 5, one, already 5", "a, -, two, 6", "a, 9, two, 9", "a, 9, one, 9",
                    "a, 5, two, CONFLICT", "a, 4, one, CONFLICT", "a, 0, two, NUMBER_OUT_OF_RANGE",
                    "a, 9007199254740992, two, NUMBER_OUT_OF_RANGE", "a, -, -, 6", "a, 7, -, 7", "a, 5, -, CONFLICT",
                    "b, -, one, 1", "b, 3, one, 3", "b, -, -, UnknownFileException" })
    void theDoorIsThatOfConfigurations(String name, @Nullable String number, @Nullable String text, String outcome) {
        assertThat(outcome(request("a", "5", content("one")))).isEqualTo("5");
        assertThat(outcome(request(name, number, (text != null) ? content(text) : null))).isEqualTo(outcome);
    }

    @Test
    void modeAndOwnerAreContentToo() {
        FileContent plain = content("one");
        assertThat(outcome(request("a", null, plain))).isEqualTo("1");
        assertThat(outcome(request("a", null, new FileContent(plain.hash(), 3, 0644, Optional.empty()))))
            .isEqualTo("2");
        assertThat(outcome(request("a", null, new FileContent(plain.hash(), 3, 0644, Optional.of("ann")))))
            .isEqualTo("3");
    }

    @Test
    void whatIsRemovedIsKnownAndCanComeBack() {
        apply(request("a", null, content("one")));
        AppliedFile removed = apply(request("a", null, null));
        assertThat(removed.revision().content()).isEmpty();
        assertThat(outcome(request("a", null, null))).isEqualTo("already 2");
        assertThat(this.files.files(PROD).get(new FileName("a")).content()).isEmpty();
        assertThat(outcome(request("a", null, content("one")))).isEqualTo("3");
        assertThat(this.files.files(PROD).get(new FileName("a")).revision().base().orElseThrow().number()).isEqualTo(2);
        FileRequest late = new FileRequest(PROD, new FileName("a"), OptionalLong.empty(), removed.revision().id(),
                Optional.of(content("two")), "ann", null);
        assertThat(outcome(late)).isEqualTo("REVISION_MISMATCH");
    }

    @Test
    void aChangeThatIsOnItsWayToTheDiskCounts() {
        this.log.hold = true;
        CompletableFuture<AppliedFile> first = this.files.apply(request("a", null, content("one")));
        CompletableFuture<AppliedFile> same = this.files.apply(request("a", null, content("one")));
        CompletableFuture<AppliedFile> next = this.files.apply(request("a", null, content("two")));
        this.loop.settle();
        assertThat(List.of(first, same, next)).noneMatch(CompletableFuture::isDone);
        assertThat(this.files.files(PROD)).isEmpty();
        this.log.release();
        this.loop.settle();
        assertThat(first.join().revision().revision().number()).isEqualTo(1);
        assertThat(same.join().already()).isTrue();
        assertThat(next.join().revision().revision().number()).isEqualTo(2);
    }

    @Test
    void contentsOfTheNewestThreeRevisionsAreNamed() {
        for (String text : List.of("one", "two", "three", "four")) {
            apply(request("a", null, content(text)));
        }
        apply(request("b", null, content("one")));
        assertThat(this.files.named()).containsExactlyInAnyOrder(content("two").hash(), content("three").hash(),
                content("four").hash(), content("one").hash());
        apply(request("a", null, null));
        apply(request("b", null, null));
        assertThat(this.files.named()).doesNotContain(content("two").hash()).contains(content("three").hash());
    }

    @Test
    void fiftyRevisionsOfAFileAreKept() {
        for (int i = 0; i < 60; i++) {
            apply(request("a", null, content("text " + i)));
        }
        assertThat(this.log.facts).hasSize(50);
        assertThat(this.files.files(PROD).get(new FileName("a")).revision().number()).isEqualTo(60);
    }

    @Test
    void aGroupHasOnlySoManyFiles() {
        for (int i = 0; i < GroupFiles.MAX_FILES; i++) {
            apply(request("file " + i, null, content("x")));
        }
        assertThat(outcome(request("more", null, content("x")))).isEqualTo("CONFLICT");
        assertThat(outcome(request("file 7", null, content("y")))).isEqualTo("2");
        assertThat(outcome(request("file 7", null, null))).isEqualTo("3");
        assertThat(outcome(request("more", null, content("x")))).isEqualTo("1");
    }

    private static boolean admits(String name, Map<String, Object> body, long number, Retention retention) {
        return ADMISSION.admits(Fact.create(new FactKey("file", "web.prod", name), number, 1, "ann", retention,
                new CBORMapper().writeValueAsBytes(body), null));
    }

    private static Map<String, Object> body(int size, int mode) {
        Map<String, Object> body = new HashMap<>();
        body.put("content", new byte[32]);
        body.put("size", size);
        body.put("mode", mode);
        return body;
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", "../../etc/cron.d/x", "/etc/passwd", "a/b", "a\\b", "a\0", "a\nb" })
    void aRumorOfANameThatLeadsElsewhereIsRefusedByEveryMember(String name) {
        assertThat(admits("harmless", body(1, 0640), 1, Retention.HISTORY)).isTrue();
        assertThat(admits(name, body(1, 0640), 1, Retention.HISTORY)).isFalse();
    }

    @Test
    void aRumorOfAFormThatNoCorrectMemberWouldSayIsRefused() {
        assertThat(admits("a", Map.of(), 1, Retention.HISTORY)).isTrue();
        assertThat(admits("a", body(FileContent.MAX_SIZE + 1, 0), 1, Retention.HISTORY)).isFalse();
        assertThat(admits("a", body(-1, 0), 1, Retention.HISTORY)).isFalse();
        assertThat(admits("a", body(1, 04755), 1, Retention.HISTORY)).isFalse();
        assertThat(admits("a", body(1, 0640), 0, Retention.HISTORY)).isFalse();
        assertThat(admits("a", body(1, 0640), 1, Retention.DURABLE)).isFalse();
        Map<String, Object> owned = body(1, 0640);
        owned.put("owner", "a b");
        assertThat(admits("a", owned, 1, Retention.HISTORY)).isFalse();
        Map<String, Object> shortHash = body(1, 0640);
        shortHash.put("content", new byte[31]);
        assertThat(admits("a", shortHash, 1, Retention.HISTORY)).isFalse();
    }

    /** Facts in memory, synced at once or when a test says so. */
    private static final class MemoryLog implements FactLog {

        private final Map<Hash, Fact> facts = new HashMap<>();

        private final List<Runnable> held = new java.util.ArrayList<>();

        private boolean hold;

        @Override
        public void append(List<Fact> batch, Completion completion) {
            Runnable sync = () -> {
                batch.forEach((fact) -> this.facts.put(fact.hash(), fact));
                completion.synced();
            };
            if (this.hold) {
                this.held.add(sync);
            }
            else {
                sync.run();
            }
        }

        private void release() {
            this.hold = false;
            this.held.forEach(Runnable::run);
        }

        @Override
        public Fact read(Hash hash) throws IOException {
            return Optional.ofNullable(this.facts.get(hash)).orElseThrow(() -> new IOException("not here"));
        }

        @Override
        public void drop(Collection<Hash> hashes) {
            this.facts.keySet().removeAll(hashes);
        }

    }

}
