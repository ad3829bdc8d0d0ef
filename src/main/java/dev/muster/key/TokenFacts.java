package dev.muster.key;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

import dev.muster.rumor.Admission;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * The facts about tokens. Each token is a key of its own, with two versions at most: that
 * it was made, and, above it whatever its time, that it was revoked. No merge can
 * therefore bring a revoked one back. The secret is in neither, only its hash.
 */
public final class TokenFacts implements Admission {

    static final String TOKEN = "token";

    private static final long MADE = 1;

    private static final long REVOKED = 2;

    /** Of what is said of a token; what a later release says more has room too. */
    private static final int LONGEST = 4_096;

    private static final CBORMapper CBOR = CBORMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();

    @Override
    public boolean admits(Fact fact) {
        if (!fact.key().kind().equals(TOKEN)) {
            return true;
        }
        try {
            return fact.retention() == Retention.DURABLE && fact.key().detail().isEmpty()
                    && fact.version().author().isEmpty() && fact.body().length <= LONGEST
                    && fact.version().major() == major(token(fact));
        }
        catch (IllegalArgumentException ex) {
            return false;
        }
    }

    private static long major(Token token) {
        return token.revoked().isPresent() ? REVOKED : MADE;
    }

    static Fact create(Token token) {
        Body body = new Body(token.name(), token.role().word(), token.groups().text(),
                HexFormat.of().parseHex(token.hash()), micros(token.created()), token.author(),
                token.revoked().map(TokenFacts::micros).orElse(null));
        return Fact.create(new FactKey(TOKEN, token.id(), ""), major(token),
                micros(token.revoked().orElse(token.created())), "", Retention.DURABLE, CBOR.writeValueAsBytes(body),
                null);
    }

    /**
     * @throws IllegalArgumentException when the fact tells of no token
     */
    static Token token(Fact fact) {
        Body body = body(fact);
        if (body.name == null || body.role == null || body.groups == null || body.hash == null || body.author == null) {
            throw new IllegalArgumentException("The fact " + fact + " lacks a part of a token");
        }
        Role role = Role.of(body.role)
            .orElseThrow(() -> new IllegalArgumentException("The fact " + fact + " names no role that is known"));
        return new Token(fact.key().subject(), body.name, role, new GroupPattern(body.groups),
                HexFormat.of().formatHex(body.hash), instant(body.created), body.author,
                Optional.ofNullable(body.revoked).map(TokenFacts::instant));
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Instant instant(long micros) {
        try {
            return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        }
        catch (DateTimeException | ArithmeticException ex) {
            throw new IllegalArgumentException("No token is of " + micros + " microseconds", ex);
        }
    }

    private static Body body(Fact fact) {
        try {
            Body body = CBOR.readValue(fact.body(), Body.class);
            if (body == null) {
                throw new IllegalArgumentException("The fact " + fact + " says nothing");
            }
            return body;
        }
        catch (JacksonException ex) {
            throw new IllegalArgumentException("The fact " + fact + " cannot be read: " + ex.getOriginalMessage(), ex);
        }
    }

    /**
     * What is in a fact.
     *
     * @param hash of the secret
     * @param created microseconds since 1970
     * @param revoked microseconds since 1970; null while it lets somebody in
     */
    private record Body(@Nullable String name, @Nullable String role, @Nullable String groups, byte @Nullable [] hash,
            long created, @Nullable String author, @Nullable Long revoked) {
    }

}
