package dev.muster.key;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.service.HandLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class TokensTest {

    private static final CBORMapper CBOR = new CBORMapper();

    private static final Instant LATER = Instant.parse("2036-01-01T00:00:00Z");

    private final HandLoop loop = new HandLoop();

    private final Log log = new Log();

    private final Replica replica = replica(this.log);

    private final Tokens tokens = new Tokens(this.replica, this.loop);

    private final TokenSecret secret = TokenSecret.generate(new SecureRandom());

    private Replica replica(FactLog factLog) {
        return new Replica(new MemberId("1".repeat(32)), factLog, this.loop, new Random(1), this.loop::execute,
                this.loop::execute, new TokenFacts());
    }

    private Token token(String name) {
        return Token.of(name.equals("ci") ? this.secret : TokenSecret.generate(new SecureRandom()), name, Role.APPLY,
                new GroupPattern("web.*"), this.loop.clock().instant(), "ann@desk");
    }

    private <T> T settled(CompletableFuture<T> answer) {
        this.loop.settle();
        return answer.join();
    }

    private TokenRefusedException.Reason refused(CompletableFuture<Token> answer) {
        this.loop.settle();
        CompletionException failure = catchThrowableOfType(CompletionException.class, answer::join);
        assertThat(failure).hasCauseInstanceOf(TokenRefusedException.class);
        return ((TokenRefusedException) failure.getCause()).reason();
    }

    @Test
    void aTokenCountsOnceItIsOnDiskAndNoLongerThanUntilItsRevocationIs() {
        Token ci = token("ci");
        this.log.hold = true;
        CompletableFuture<Token> made = this.tokens.create(ci);
        this.loop.settle();
        assertThat(this.tokens.claimed(this.secret.text())).isEmpty();
        this.log.sync();
        assertThat(settled(made)).isEqualTo(ci);
        assertThat(this.tokens.claimed(this.secret.text())).hasValueSatisfying((known) -> {
            assertThat(known).isEqualTo(ci);
            assertThat(known.admits(this.secret.text())).isTrue();
        });
        CompletableFuture<Token> revoked = this.tokens.revoke(ci.id());
        this.loop.settle();
        assertThat(revoked).isNotDone();
        this.log.sync();
        assertThat(settled(revoked).revoked()).contains(this.loop.clock().instant());
        assertThat(this.tokens.claimed(this.secret.text()).orElseThrow().admits(this.secret.text())).isFalse();
        assertThat(settled(this.tokens.revoke(ci.id()))).isEqualTo(revoked.join());
    }

    @Test
    void inWhateverOrderFactsComeARevokedTokenStaysRevoked() {
        Token ci = token("ci");
        Fact made = TokenFacts.create(ci);
        Fact revoked = TokenFacts.create(ci.revokedAt(ci.created().minusSeconds(10)));
        // Made again, as no correct member would, long after it was revoked.
        Fact again = TokenFacts.create(Token.of(this.secret, "ci", Role.ADMIN, GroupPattern.ALL, LATER, "eve"));
        for (List<Fact> order : List.of(List.of(made, revoked, again), List.of(made, again, revoked),
                List.of(revoked, made, again), List.of(revoked, again, made), List.of(again, made, revoked),
                List.of(again, revoked, made))) {
            Replica other = replica(new Log());
            Tokens known = new Tokens(other, this.loop);
            order.forEach(other::load);
            assertThat(known.all()).as("%s", order).singleElement().satisfies((token) -> {
                assertThat(token.revoked()).isPresent();
                assertThat(token.role()).isEqualTo(Role.APPLY);
            });
        }
    }

    @Test
    void theSecretIsInNoFact() {
        settled(this.tokens.create(token("ci")));
        settled(this.tokens.revoke(this.secret.id()));
        byte[] text = this.secret.text().getBytes();
        String random = HexFormat.of().formatHex(text, 20, text.length);
        assertThat(this.log.written).hasSize(2)
            .allSatisfy((fact) -> assertThat(HexFormat.of().formatHex(fact.toBytes())).doesNotContain(random)
                .contains(this.secret.hash()));
    }

    @Test
    void aNameStandsForOneToken() {
        CompletableFuture<Token> first = this.tokens.create(token("bob"));
        assertThat(refused(this.tokens.create(token("bob")))).isEqualTo(TokenRefusedException.Reason.CONFLICT);
        settled(this.tokens.revoke(first.join().id()));
        assertThat(settled(this.tokens.create(token("bob"))).id()).isNotEqualTo(first.join().id());
        assertThat(this.tokens.all()).hasSize(2);
    }

    @Test
    void whatCannotBeWrittenDoesNotCountAndUnknownOnesAreNotRevoked() {
        this.log.full = true;
        assertThat(refused(this.tokens.create(token("ci")))).isEqualTo(TokenRefusedException.Reason.STORAGE);
        assertThat(this.tokens.all()).isEmpty();
        this.log.full = false;
        assertThat(settled(this.tokens.create(token("ci"))).name()).isEqualTo("ci");
        assertThat(refused(this.tokens.revoke("0123456789ab"))).isEqualTo(TokenRefusedException.Reason.NOT_FOUND);
    }

    @Test
    void thereIsABoundOfValidTokens() {
        for (int i = 0; i < Tokens.MOST; i++) {
            this.tokens.create(token("t" + i));
        }
        assertThat(refused(this.tokens.create(token("ci")))).isEqualTo(TokenRefusedException.Reason.CONFLICT);
        settled(this.tokens.revoke(this.tokens.all().get(0).id()));
        assertThat(settled(this.tokens.create(token("ci"))).name()).isEqualTo("ci");
    }

    private Map<String, Object> body() {
        return new java.util.HashMap<>(Map.of("name", "ci", "role", "view", "groups", "*", "hash",
                HexFormat.of().parseHex(this.secret.hash()), "created", 1_000_000L, "author", "ann"));
    }

    private Fact fact(String subject, String detail, long major, String author, Retention retention, Object body) {
        return Fact.create(new FactKey("token", subject, detail), major, 1, author, retention,
                (body instanceof byte[] bytes) ? bytes : CBOR.writeValueAsBytes(body), null);
    }

    private boolean admitted(long major, Object body) {
        return new TokenFacts().admits(fact(this.secret.id(), "", major, "", Retention.DURABLE, body));
    }

    @Test
    void factsOfOtherFormsAreKeptOutAndThoseOfLaterReleasesAreNot() {
        Map<String, Object> body = body();
        assertThat(admitted(1, body)).isTrue();
        assertThat(admitted(2, body)).isFalse();
        assertThat(admitted(3, body)).isFalse();
        assertThat(admitted(0, body)).isFalse();
        TokenFacts facts = new TokenFacts();
        assertThat(facts.admits(fact("no-id", "", 1, "", Retention.DURABLE, body))).isFalse();
        assertThat(facts.admits(fact(this.secret.id(), "x", 1, "", Retention.DURABLE, body))).isFalse();
        assertThat(facts.admits(fact(this.secret.id(), "", 1, "z", Retention.DURABLE, body))).isFalse();
        assertThat(facts.admits(fact(this.secret.id(), "", 1, "", Retention.TRANSIENT, body))).isFalse();
        assertThat(facts.admits(fact(this.secret.id(), "", 1, "", Retention.HISTORY, body))).isFalse();
        body.put("revoked", 2_000_000L);
        assertThat(admitted(1, body)).isFalse();
        assertThat(admitted(2, body)).isTrue();
        body.put("color", "blue");
        assertThat(admitted(2, body)).isTrue();
        body.put("color", "b".repeat(5_000));
        assertThat(admitted(2, body)).isFalse();
        assertThat(admitted(1, new byte[0])).isFalse();
        assertThat(admitted(1, new byte[] { 1, 2, 3 })).isFalse();
        assertThat(facts.admits(
                Fact.create(new FactKey("weather", "x", ""), 9, 9, "", Retention.TRANSIENT, new byte[] { 1 }, null)))
            .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "name", "role", "groups", "hash", "author" })
    void everyPartHasToBeThereAndFit(String part) {
        Map<String, Object> body = body();
        body.put(part, part.equals("hash") ? new byte[31] : "\n");
        assertThat(admitted(1, body)).isFalse();
        body.remove(part);
        assertThat(admitted(1, body)).isFalse();
    }

    @Test
    void noTimeMakesAFactUnreadable() {
        for (long micros : new long[] { Long.MIN_VALUE, -1, 0, Long.MAX_VALUE }) {
            Map<String, Object> body = body();
            body.put("created", micros);
            assertThat(admitted(1, body)).isTrue();
        }
    }

    /** A log that writes when it is told to. */
    private static final class Log implements FactLog {

        private final List<Fact> written = new java.util.ArrayList<>();

        private final List<Runnable> waiting = new java.util.ArrayList<>();

        private boolean hold;

        private boolean full;

        @Override
        public void append(List<Fact> batch, Completion completion) {
            if (this.full) {
                completion.failed(new IOException("the disk is full"));
                return;
            }
            this.waiting.add(() -> {
                this.written.addAll(batch);
                completion.synced();
            });
            if (!this.hold) {
                sync();
            }
        }

        private void sync() {
            List.copyOf(this.waiting).forEach(Runnable::run);
            this.waiting.clear();
        }

        @Override
        public Fact read(Hash hash) throws IOException {
            throw new IOException("not here");
        }

        @Override
        public void drop(Collection<Hash> hashes) {
            // What was written is what the test asks for.
        }

    }

}
