package dev.muster.key;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TokenTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static Token token(TokenSecret secret, Role role, String groups) {
        return Token.of(secret, "ci", role, new GroupPattern(groups), NOON, "alice@host");
    }

    @Test
    void aSecretSaysWhatItIsAndOfWhichToken() {
        TokenSecret secret = TokenSecret.generate(RANDOM);
        assertThat(secret.text()).matches("muster_[0-9a-f]{12}_[0-9A-Za-z]{43}").contains(secret.id());
        assertThat(TokenSecret.idOf(secret.text())).contains(secret.id());
        assertThat(secret).hasToString("TokenSecret " + secret.id());
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenSecret("000000000000", secret.text()))
            .satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(secret.text()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "muster_", "muster_0123456789ab_", "muster_0123456789ab_short",
            "Muster_0123456789ab_0000000000000000000000000000000000000000000",
            "muster_0123456789ab_0000000000000000000000000000000000000000000 ",
            "muster_0123456789aB_0000000000000000000000000000000000000000000" })
    void whatIsNoSecretIsOfNoToken(String presented) {
        assertThat(TokenSecret.idOf(presented)).isEmpty();
    }

    @Test
    void secretsUseAllOfTheirLetters() {
        Set<Character> seen = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (int made = 0; made < 200; made++) {
            String text = TokenSecret.generate(RANDOM).text();
            secrets.add(text);
            // The last digit is of 2^256 / 62^42 only.
            text.substring(20, 61).chars().forEach((letter) -> seen.add((char) letter));
        }
        assertThat(seen).hasSize(62);
        assertThat(secrets).hasSize(200);
    }

    @Test
    void onlyItsOwnSecretOpensAToken() {
        TokenSecret secret = TokenSecret.generate(RANDOM);
        Token token = token(secret, Role.VIEW, "*");
        assertThat(token.admits(secret.text())).isTrue();
        assertThat(token.admits(TokenSecret.generate(RANDOM).text())).isFalse();
        assertThat(token.admits(secret.text() + "0")).isFalse();
        assertThat(token.admits(secret.hash())).isFalse();
        assertThat(token.admits("")).isFalse();
        assertThat(token.toString()).doesNotContain(secret.text().substring(20));
    }

    @Test
    void aRevokedTokenOpensNothingAndStaysRevoked() {
        TokenSecret secret = TokenSecret.generate(RANDOM);
        Token revoked = token(secret, Role.ADMIN, "*").revokedAt(NOON.plusSeconds(1));
        assertThat(revoked.admits(secret.text())).isFalse();
        assertThat(revoked.revokedAt(NOON.plusSeconds(9)).revoked()).contains(NOON.plusSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({ "VIEW, VIEW, true", "VIEW, APPLY, false", "APPLY, VIEW, true", "APPLY, OPERATE, false",
            "OPERATE, APPLY, true", "OPERATE, ADMIN, false", "ADMIN, OPERATE, true", "ADMIN, ADMIN, true" })
    void aRoleMayDoWhatThoseBeforeItMay(Role role, Role needed, boolean may) {
        Token token = token(TokenSecret.generate(RANDOM), role, "redis.*");
        assertThat(token.permits(needed, "redis.prod")).isEqualTo(may);
        assertThat(token.permits(needed, "nginx.prod")).isFalse();
        // What is about no group needs a token for all.
        assertThat(token.permits(needed)).isFalse();
        assertThat(token(TokenSecret.generate(RANDOM), role, "*").permits(needed)).isEqualTo(may);
        assertThat(Role.of(role.word())).contains(role);
        assertThat(Role.of(role.name())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "*, redis.prod, true", "*, redis.prod@acme, true", "*, ../redis, false", "*, *.*, false",
            "redis.prod, redis.prod, true", "redis.prod, redis.prod2, false", "redis.prod, redis.prod@acme, false",
            "redis.*, redis.dev, true", "redis.*, redis2.dev, false", "redis.*, redis.dev@acme, false",
            "*.prod, nginx.prod, true", "*.prod, nginx.dev, false", "*.prod, nginx.prod@acme, false",
            "*.prod@acme, nginx.prod@acme, true", "*.prod@acme, nginx.prod@other, false",
            "*.prod@acme, nginx.prod, false", "*.*@*, redis.prod@acme, true", "*.*@*, redis.prod, false",
            "*.*, redis.prod, true", "redis.prod@acme, redis.prod@acme, true", "redis.*, redis.*, false" })
    void aPatternReachesNoFurtherThanItReads(String pattern, String group, boolean matches) {
        assertThat(new GroupPattern(pattern).matches(group)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "**", "redis", "redis*.prod", "*@acme", "a.b.c", "redis.prod@", "re dis.prod",
            "?.prod", "*.*.*", ".*" })
    void whatIsNoPatternIsRefusedWithIt(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new GroupPattern(pattern))
            .withMessageContaining("\"" + pattern + "\"");
    }

    @Test
    void aTokenCannotBeWrong() {
        TokenSecret secret = TokenSecret.generate(RANDOM);
        Token good = token(secret, Role.VIEW, "*");
        assertThatIllegalArgumentException().isThrownBy(() -> new Token("../x", good.name(), good.role(), good.groups(),
                good.hash(), NOON, "a", Optional.empty()));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Token(good.id(), good.name(), good.role(), good.groups(), secret.text(), NOON, "a",
                    Optional.empty()))
            .satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(secret.text()));
        for (String name : new String[] { "", " ", "a\nb", "a".repeat(129), "\u202e" }) {
            assertThatIllegalArgumentException()
                .isThrownBy(() -> Token.of(secret, name, Role.VIEW, GroupPattern.ALL, NOON, "a"));
        }
    }

}
