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

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.content.FakeContentStore;
import dev.muster.content.FileName;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
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

    private final ServiceGroupRegistry registry = new ServiceGroupRegistry(this.self, "one", new AnySigner(),
            this.replica, this.log, this.loop);

    GroupFilesTest() {
        this.registry.begin(1);
        this.replica.changed(
                RingView.of(List.of(new RingView.Peer(this.self, "one", 1, "0".repeat(16), "127.0.0.1:1", Map.of()))));
        this.loop.settle();
    }

    private static FileContent content(String text) {
        return new FileContent(Hash.of(text.getBytes()), text.length(), 0640, Optional.empty());
    }

    private static FileChanges.Change change(@Nullable String number, @Nullable FileContent content) {
        return new FileChanges.Change((number != null) ? OptionalLong.of(Long.parseLong(number)) : OptionalLong.empty(),
                Optional.ofNullable(content));
    }

    private static ApplyRequest request(@Nullable String toml, FileChanges files) {
        return new ApplyRequest(PROD, OptionalLong.empty(), null,
                Optional.ofNullable(toml)
                    .map((text) -> new ApplyRequest.Layer(text.getBytes(), Content.hash(Toml.parse(text)),
                            Optional.empty(), Optional.empty())),
                files, "ann", null, RolloutOptions.NONE);
    }

    private static ApplyRequest file(String name, @Nullable String number, @Nullable FileContent content) {
        return request(null, FileChanges.of(Map.of(new FileName(name), change(number, content))));
    }

    private Applied apply(ApplyRequest request) {
        CompletableFuture<Applied> answer = this.registry.apply(request);
        this.loop.settle();
        return answer.join();
    }

    private GroupFiles files() {
        return this.registry.group(PROD).flatMap(GroupSnapshot::current).orElseThrow().files();
    }

    private RevisionFile file(String name) {
        return files().find(new FileName(name)).orElseThrow();
    }

    private String outcome(ApplyRequest request) {
        CompletableFuture<Prospect> prospect = this.registry.foresee(request);
        CompletableFuture<Applied> answer = this.registry.apply(request);
        this.loop.settle();
        String outcome = answer.handle((applied, failure) -> {
            if (failure instanceof RefusedException refused) {
                return refused.reason().name();
            }
            FileName name = request.files().changes().firstKey();
            String number = applied.revision().files().find(name).map((file) -> "" + file.number()).orElse("none");
            return (applied.already() ? "already " : "") + number;
        }).join();
        // Who is refused is refused before anything has travelled.
        assertThat(prospect.isCompletedExceptionally()).isEqualTo(answer.isCompletedExceptionally());
        return outcome;
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-",
            value = { "a, -, one, already 5", "a, 5, one, already 5", "a, -, two, 6", "a, 9, two, 9", "a, 9, one, 9",
                    "a, 5, two, CONFLICT", "a, 4, one, CONFLICT", "a, 0, two, NUMBER_OUT_OF_RANGE",
                    "a, 9007199254740992, two, NUMBER_OUT_OF_RANGE", "a, -, -, none", "a, 7, -, none",
                    "a, 5, -, CONFLICT", "b, -, one, 1", "b, 3, one, 3", "b, -, -, NOT_FOUND" })
    void aFilesNumberPassesTheTableOfConfigurations(String name, @Nullable String number, @Nullable String text,
            String outcome) {
        assertThat(outcome(file("a", "5", content("one")))).isEqualTo("5");
        assertThat(outcome(file(name, number, (text != null) ? content(text) : null))).isEqualTo(outcome);
    }

    @Test
    void modeAndOwnerAreContentToo() {
        FileContent plain = content("one");
        assertThat(outcome(file("a", null, plain))).isEqualTo("1");
        assertThat(outcome(file("a", null, new FileContent(plain.hash(), 3, 0644, Optional.empty())))).isEqualTo("2");
        assertThat(outcome(file("a", null, new FileContent(plain.hash(), 3, 0644, Optional.of("ann"))))).isEqualTo("3");
    }

    @Test
    void aChangeOfOneThingLeavesTheOthersAsTheyAre() throws IOException {
        Revision first = apply(request("port = 1", FileChanges.NONE)).revision();
        assertThat(first.contentHash()).isEqualTo(first.layerHash());
        Revision second = apply(file("a", "7", content("one"))).revision();
        assertThat(second.number()).isEqualTo(2);
        assertThat(this.registry.content(second)).asString().isEqualTo("port = 1");
        assertThat(second.layerHash()).isEqualTo(first.layerHash());
        assertThat(second.contentHash()).isNotEqualTo(first.contentHash());
        apply(file("b", null, content("two")));
        Revision fourth = apply(request("port = 2", FileChanges.NONE)).revision();
        assertThat(fourth.files().all()).extracting(RevisionFile::number).containsExactly(7L, 1L);
        Applied gone = apply(request("port = 3", FileChanges
            .of(Map.of(new FileName("a"), change(null, null), new FileName("c"), change(null, content("x"))))));
        assertThat(gone.revision().files().all()).extracting((file) -> file.name().text()).containsExactly("b", "c");
        // A content without files is the one that it was, whatever it has been through.
        apply(request("port = 1", FileChanges.whole(GroupFiles.NONE)));
        assertThat(this.registry.group(PROD).orElseThrow().current().orElseThrow().contentHash())
            .isEqualTo(first.contentHash());
    }

    @Test
    void whatIsTheSameIsAppliedAlreadyWithItsFiles() {
        FileChanges a = FileChanges.of(Map.of(new FileName("a"), change(null, content("one"))));
        Revision first = apply(request("port = 1", a)).revision();
        assertThat(apply(request("port=1", FileChanges.NONE)).already()).isTrue();
        assertThat(apply(request("port = 1", a)).already()).isTrue();
        assertThat(apply(request("port = 1", FileChanges.whole(GroupFiles.NONE))).already()).isFalse();
        Revision back = apply(request("port = 1", FileChanges.whole(first.files()))).revision();
        assertThat(back.contentHash()).isEqualTo(first.contentHash());
    }

    @Test
    void whatIsRemovedCanComeBack() {
        apply(file("a", "7", content("one")));
        apply(file("a", null, null));
        assertThat(files().isEmpty()).isTrue();
        assertThat(outcome(file("a", null, null))).isEqualTo("already none");
        assertThat(outcome(file("a", null, content("one")))).isEqualTo("1");
        assertThat(file("a").author()).isEqualTo("ann");
    }

    @Test
    void changesThatAreOnTheirWayToTheDiskAreBuiltUpon() {
        apply(request("port = 1", FileChanges.NONE));
        this.log.hold = true;
        CompletableFuture<Applied> first = this.registry.apply(file("a", null, content("one")));
        CompletableFuture<Applied> same = this.registry.apply(file("a", null, content("one")));
        CompletableFuture<Applied> next = this.registry.apply(file("b", null, content("two")));
        this.loop.settle();
        assertThat(List.of(first, same, next)).noneMatch(CompletableFuture::isDone);
        this.log.release();
        this.loop.settle();
        assertThat(first.join().revision().number()).isEqualTo(2);
        assertThat(same.join().revision().number()).isGreaterThanOrEqualTo(2);
        assertThat(next.join().revision().files().all()).hasSize(2);
        assertThat(files().all()).hasSize(2);
    }

    @Test
    void aGroupHasOnlySoManyFiles() {
        Map<FileName, FileChanges.Change> most = new HashMap<>();
        for (int i = 0; i < GroupFiles.MAX_FILES; i++) {
            most.put(new FileName("file " + i), change(null, content("x")));
        }
        apply(request(null, FileChanges.of(most)));
        assertThat(outcome(file("another", null, content("x")))).isEqualTo("TOO_LARGE");
        assertThat(outcome(file("file 1", null, content("y")))).isEqualTo("2");
        apply(file("file 2", null, null));
        assertThat(outcome(file("another", null, content("x")))).isEqualTo("1");
    }

    @Test
    void aRevisionThatNoMemberWouldTakeIsRefusedWithItsSize() {
        String toml = "a = \"" + "x".repeat(65_000) + "\"";
        Map<FileName, FileChanges.Change> longest = new HashMap<>();
        for (int i = 0; i < GroupFiles.MAX_FILES; i++) {
            longest.put(new FileName("%03d".formatted(i) + "n".repeat(250)), change(null, content("x")));
        }
        ApplyRequest fits = request(toml, FileChanges.of(longest));
        int size = apply(new ApplyRequest(fits.group(), fits.number(), null, fits.layer(), fits.files(),
                "a".repeat(128), null, fits.rollout()))
            .revision()
            .size();
        assertThat(size).isEqualTo(toml.length());
        assertThat(this.log.facts.values())
            .allSatisfy((fact) -> assertThat(fact.encoded().length).isGreaterThan(150_000).isLessThan(Fact.MAX_BYTES));
    }

    @Test
    void whatIsNeededAndTheNewestThreeContentsOfEachFileAreKept() {
        HeldFiles held = new HeldFiles(this.self, this.replica, this.registry, new FakeContentStore(), this.loop,
                this.loop::execute, this.replica.inquiries()::ask, 1_000, new Random(1));
        for (String text : List.of("one", "two", "three", "four")) {
            apply(file("a", null, content(text)));
            apply(request("port = " + text.length(), FileChanges.NONE));
        }
        apply(file("b", null, content("one")));
        GroupSnapshot group = this.registry.group(PROD).orElseThrow();
        assertThat(held.named(group)).containsExactlyInAnyOrder(content("two").hash(), content("three").hash(),
                content("four").hash(), content("one").hash());
        apply(file("b", null, content("other")));
        for (int i = 0; i < 50; i++) {
            apply(request("port = 1" + i, FileChanges.NONE));
        }
        // Of what no kept revision has nothing is kept.
        assertThat(held.named(this.registry.group(PROD).orElseThrow()))
            .containsExactlyInAnyOrder(content("four").hash(), content("other").hash());
    }

    private static boolean admits(Object files, Retention retention) {
        Map<String, Object> body = new HashMap<>();
        body.put("format", "toml");
        body.put("content", new byte[0]);
        body.put("layerHash", "x");
        body.put("files", files);
        body.put("packages", "of a later release");
        return ADMISSION.admits(Fact.create(GroupFacts.config(PROD), 1, 1, "ann", retention,
                new CBORMapper().writeValueAsBytes(body), null));
    }

    private static Map<String, Object> body(String name, int size, int mode) {
        Map<String, Object> body = new HashMap<>();
        body.put("name", name);
        body.put("number", 1);
        body.put("hash", new byte[32]);
        body.put("size", size);
        body.put("mode", mode);
        body.put("author", "ann");
        return body;
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", "../../etc/cron.d/x", "/etc/passwd", "a/b", "a\\b", "a\0", "a\nb" })
    void aRumorOfANameThatLeadsElsewhereIsRefusedByEveryMember(String name) {
        assertThat(admits(List.of(body("harmless", 1, 0640)), Retention.HISTORY)).isTrue();
        assertThat(admits(List.of(body("harmless", 1, 0640), body(name, 1, 0640)), Retention.HISTORY)).isFalse();
    }

    @Test
    void aRumorOfAFormThatNoCorrectMemberWouldSayIsRefused() {
        assertThat(admits(List.of(), Retention.HISTORY)).isTrue();
        assertThat(admits(List.of(Map.of()), Retention.HISTORY)).isFalse();
        assertThat(admits(List.of(body("a", 1, 0), body("a", 2, 0)), Retention.HISTORY)).isFalse();
        assertThat(admits(List.of(body("a", FileContent.MAX_SIZE + 1, 0)), Retention.HISTORY)).isFalse();
        assertThat(admits(List.of(body("a", -1, 0)), Retention.HISTORY)).isFalse();
        assertThat(admits(List.of(body("a", 1, 04755)), Retention.HISTORY)).isFalse();
        for (Map.Entry<String, Object> wrong : Map.<String, Object>of("owner", "a b", "hash", new byte[31], "number", 0)
            .entrySet()) {
            Map<String, Object> body = body("a", 1, 0640);
            body.put(wrong.getKey(), wrong.getValue());
            assertThat(admits(List.of(body), Retention.HISTORY)).as(wrong.getKey()).isFalse();
        }
        assertThat(admits(List.of(body("a", 1, 0)), Retention.DURABLE)).isFalse();
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
