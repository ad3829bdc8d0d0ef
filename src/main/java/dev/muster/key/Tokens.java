package dev.muster.key;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.key.TokenRefusedException.Reason;
import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.Replica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of the ring as one node knows them. One counts from the moment it is on this
 * node's disk, whichever node made it, and no longer than until its revocation is. Any
 * thread may ask, and never waits for the node's loop.
 */
public final class Tokens implements FactListener {

    /** So many can be valid at once; more than people, and few enough to list. */
    static final int MOST = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);

    private final Replica replica;

    private final Loop loop;

    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    /** Names of tokens that are on their way to the disk; owned by the loop. */
    private final Set<String> underWay = new HashSet<>();

    public Tokens(Replica replica, Loop loop) {
        this.replica = replica;
        this.loop = loop;
        replica.listen(this);
    }

    /** All of them, revoked ones too, the oldest first. */
    public List<Token> all() {
        return this.tokens.values()
            .stream()
            .sorted(Comparator.comparing(Token::created).thenComparing(Token::id))
            .toList();
    }

    /** The token of an id, which may be revoked. */
    public Optional<Token> find(String id) {
        return Optional.ofNullable(this.tokens.get(id));
    }

    /**
     * Which token this text wants to be the secret of; whether it is tells
     * {@link Token#admits}.
     */
    public Optional<Token> claimed(String presented) {
        return TokenSecret.idOf(presented).flatMap(this::find);
    }

    /**
     * Keeps a new token and tells the other members of it.
     * @return completes once it counts here; fails with {@link TokenRefusedException}
     * when it was not made
     */
    public CompletableFuture<Token> create(Token token) {
        CompletableFuture<Token> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            try {
                check(token);
                this.underWay.add(token.name());
                answer.whenComplete((made, failure) -> this.underWay.remove(token.name()));
                submit(token, answer);
            }
            catch (TokenRefusedException ex) {
                answer.completeExceptionally(ex);
            }
        });
        return answer;
    }

    /** A name stands for one token, because it is the author of what is done with it. */
    private void check(Token token) {
        List<Token> valid = this.tokens.values().stream().filter((known) -> known.revoked().isEmpty()).toList();
        Optional<Token> namesake = valid.stream().filter((known) -> known.name().equals(token.name())).findFirst();
        if (namesake.isPresent() || this.underWay.contains(token.name())) {
            throw new TokenRefusedException(Reason.CONFLICT,
                    "There is a token named " + token.name() + " already"
                            + namesake.map((known) -> " (" + known.id() + ")").orElse("")
                            + "; choose another name, or revoke that one first with 'muster token revoke "
                            + token.name() + "'");
        }
        if (valid.size() + this.underWay.size() >= MOST) {
            throw new TokenRefusedException(Reason.CONFLICT, "There are " + valid.size()
                    + " valid tokens, which is the most; revoke one that nobody uses with 'muster token revoke'");
        }
        checkRoom();
    }

    private void checkRoom() {
        if (this.replica.congested()) {
            throw new TokenRefusedException(Reason.BUSY,
                    "Too much waits to be sent to other members; nothing was changed, try again in a moment");
        }
    }

    /**
     * From when this completes the token lets nobody in here, and elsewhere as soon as
     * the other members have heard of it.
     * @return completes with the revoked token; one that was revoked before stays as it
     * is; fails with {@link TokenRefusedException} when nothing was changed
     */
    public CompletableFuture<Token> revoke(String id) {
        CompletableFuture<Token> answer = new CompletableFuture<>();
        this.loop.execute(() -> {
            Token token = this.tokens.get(id);
            if (token == null) {
                answer.completeExceptionally(new TokenRefusedException(Reason.NOT_FOUND,
                        "There is no token " + id + " here; 'muster token list' shows those there are"));
            }
            else if (token.revoked().isPresent()) {
                answer.complete(token);
            }
            else {
                // Not held up by a full queue: what the broadcast loses is repaired, and
                // here it has to hold at once.
                submit(token.revokedAt(this.loop.clock().instant()), answer);
            }
        });
        return answer;
    }

    private void submit(Token token, CompletableFuture<Token> answer) {
        Fact fact = TokenFacts.create(token);
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                // Another member's revocation may have come first, and is as good.
                answer.complete(find(token.id()).orElse(token));
            }

            @Override
            public void failed(IOException why) {
                answer.completeExceptionally(new TokenRefusedException(Reason.STORAGE,
                        "Nothing was changed, because it could not be written: " + why.getMessage()
                                + "; make room on this node's disk, or ask another node"));
            }

        });
    }

    @Override
    public void merged(Fact fact, boolean newest) {
        if (!newest || !fact.key().kind().equals(TokenFacts.TOKEN)) {
            return;
        }
        Token token = TokenFacts.token(fact);
        this.tokens.put(token.id(), token);
        if (token.revoked().isPresent()) {
            log.info("Token revoked: id={} name={}", token.id(), token.name());
        }
        else {
            log.info("Token made: id={} name={} role={} groups={} author={}", token.id(), token.name(),
                    token.role().word(), token.groups(), token.author());
        }
    }

}
