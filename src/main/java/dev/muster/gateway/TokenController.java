package dev.muster.gateway;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.muster.key.GroupPattern;
import dev.muster.key.Role;
import dev.muster.key.Token;
import dev.muster.key.TokenSecret;
import dev.muster.key.Tokens;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tokens: who may do what, on all nodes of the ring. */
@RestController
@RequestMapping("/v1/tokens")
final class TokenController {

    private static final Set<String> KEYS = Set.of("name", "role", "groups");

    /** What the audit log calls who has the node's own secret. */
    private static final String RESERVED = "secret";

    private final Tokens tokens;

    private final InstantSource clock;

    private final SecureRandom random = new SecureRandom();

    TokenController(Tokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @GetMapping
    List<TokenLine> tokens() {
        return this.tokens.all().stream().map(TokenLine::of).toList();
    }

    /** The only answer that ever has the secret. */
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<MadeToken> create(@RequestBody Map<String, Object> body, HttpServletRequest request) {
        Set<String> unknown = new TreeSet<>(body.keySet());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    "A token has no " + String.join(", ", unknown) + "; it has " + new TreeSet<>(KEYS));
        }
        String name = text(body, "name", null);
        Role role = role(text(body, "role", null));
        String groups = text(body, "groups", GroupPattern.ALL.text());
        TokenSecret secret = TokenSecret.generate(this.random);
        Token token = token(secret, name, role, groups, Intake.author(request));
        Token made = this.tokens.create(token).join();
        return ResponseEntity.created(URI.create("/v1/tokens/" + made.id()))
            .cacheControl(CacheControl.noStore())
            .body(new MadeToken(TokenLine.of(made), secret.text()));
    }

    private static String text(Map<String, Object> body, String key, @Nullable String standard) {
        Object value = body.get(key);
        if (value == null && standard != null) {
            return standard;
        }
        if (value instanceof String text) {
            return text;
        }
        throw new ProblemException(ProblemType.BAD_REQUEST,
                "A token needs a " + key + ", which is a text" + ((value == null) ? "" : ", not " + value));
    }

    private static Role role(String word) {
        return Role.of(word)
            .orElseThrow(() -> new ProblemException(ProblemType.BAD_REQUEST,
                    "There is no role '" + word + "'; there are " + String.join(", ", Role.words())));
    }

    private Token token(TokenSecret secret, String name, Role role, String groups, String author) {
        if (name.equals(RESERVED)) {
            throw new ProblemException(ProblemType.INVALID_NAME,
                    "A token cannot be named secret, as the node's own secret is called; choose another name");
        }
        try {
            return Token.of(secret, name, role, new GroupPattern(groups), this.clock.instant(), author);
        }
        catch (IllegalArgumentException ex) {
            throw new ProblemException(ProblemType.INVALID_NAME, String.valueOf(ex.getMessage()));
        }
    }

    @DeleteMapping("/{id}")
    TokenLine revoke(@PathVariable String id) {
        return TokenLine.of(this.tokens.revoke(id).join());
    }

    /**
     * A token in a list.
     *
     * @param groups pattern of the groups that it is for
     * @param author who made it
     * @param revoked since when it lets nobody in; null while it does
     */
    record TokenLine(String id, String name, String role, String groups, Instant created, String author,
            @Nullable Instant revoked) {

        static TokenLine of(Token token) {
            return new TokenLine(token.id(), token.name(), token.role().word(), token.groups().text(), token.created(),
                    token.author(), token.revoked().orElse(null));
        }

    }

    /**
     * A token that was just made.
     *
     * @param secret what it lets somebody in with; kept nowhere
     */
    record MadeToken(@JsonUnwrapped TokenLine line, String secret) {

        @Override
        public String toString() {
            return "MadeToken " + this.line.id();
        }

    }

}
