package dev.muster.gateway;

import java.util.Optional;

import dev.muster.key.Role;
import dev.muster.key.Token;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Who asks, once the doorkeeper has let the request in.
 *
 * @param token what it was let in with; empty for who has the secret of the node itself,
 * and for everybody where reading is open: they may do all there is
 */
record Caller(Optional<Token> token) {

    private static final Caller UNLIMITED = new Caller(Optional.empty());

    private static final String ATTRIBUTE = Caller.class.getName();

    static Caller unlimited() {
        return UNLIMITED;
    }

    static Caller with(Token token) {
        return new Caller(Optional.of(token));
    }

    /**
     * @throws IllegalStateException when nobody has looked at who asks; such a request
     * must not be answered
     */
    static Caller of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("A request has come past the doorkeeper: " + request.getRequestURI());
    }

    /** Who asks; empty for who was not let in. */
    static Optional<Caller> find(HttpServletRequest request) {
        return Optional.ofNullable((Caller) request.getAttribute(ATTRIBUTE));
    }

    void enter(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** What tells this caller from others; no secret. */
    String id() {
        return this.token.map(Token::id).orElse("");
    }

    /** Whether lists show it what belongs to a group. */
    boolean sees(String group) {
        return this.token.map((known) -> known.permits(Role.VIEW, group)).orElse(true);
    }

    /**
     * For what is about one group.
     * @throws ProblemException when it may not
     */
    void require(Role needed, String group) {
        if (this.token.isPresent() && !this.token.get().permits(needed, group)) {
            throw forbidden(this.token.get(), needed, " on " + group, " --groups " + group);
        }
    }

    /**
     * For what is about the node or the ring, not about a group.
     * @throws ProblemException when it may not
     */
    void requireEverywhere(Role needed) {
        if (this.token.isPresent() && !this.token.get().permits(needed)) {
            throw forbidden(this.token.get(), needed, " on all groups", "");
        }
    }

    /**
     * For what is about no group and shows none.
     * @throws ProblemException when it may not
     */
    void requireAnywhere(Role needed) {
        if (this.token.isPresent() && !this.token.get().role().includes(needed)) {
            throw forbidden(this.token.get(), needed, "", "");
        }
    }

    private static ProblemException forbidden(Token token, Role needed, String where, String option) {
        return new ProblemException(ProblemType.FORBIDDEN, "This needs the role " + needed.word() + where
                + "; the token " + token.name() + " has " + token.role().word() + " on " + token.groups()
                + ". Who has the node's secret or the role admin makes one with: muster token create NAME --role "
                + needed.word() + option)
            .with("needed", needed.word())
            .with("token", token.name())
            .with("role", token.role().word())
            .with("groups", token.groups().text());
    }

}
