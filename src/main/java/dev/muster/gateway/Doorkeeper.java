package dev.muster.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import dev.muster.key.Token;
import dev.muster.key.Tokens;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Two listeners, one program: lets through on each what belongs to it. On the control
 * gateway the secret is looked at before the path, so that a stranger learns nothing of
 * what there is; on the read gateway there is nothing but what is listed here.
 */
final class Doorkeeper extends OncePerRequestFilter {

    private static final String BEARER = "Bearer ";

    private static final String CONTROL = "/v1/";

    private static final Pattern READABLE = Pattern.compile(
            "/|/services(/.*)?|/census|/butterfly|/metrics|/actuator/(health(/liveness|/readiness)?|info|prometheus)");

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final int ctlPort;

    private final byte[] secret;

    private final Optional<byte[]> readToken;

    private final Tokens tokens;

    private final Denials denials;

    private final AuditTrail trail;

    private final JsonMapper json;

    Doorkeeper(GatewayProperties properties, Tokens tokens, Denials denials, AuditTrail trail, JsonMapper json) {
        this.ctlPort = properties.ctlPort();
        this.secret = properties.secret().getBytes(StandardCharsets.UTF_8);
        this.readToken = properties.readToken().map((token) -> token.getBytes(StandardCharsets.UTF_8));
        this.tokens = tokens;
        this.denials = denials;
        this.trail = trail;
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getLocalPort() == this.ctlPort) {
            control(request, response, chain);
        }
        else {
            read(request, response, chain);
        }
    }

    private void control(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<String> presented = presented(request);
        if (presented.isEmpty()) {
            missing(request, response,
                    "The control gateway needs the header 'Authorization: Bearer SECRET', with the secret of"
                            + " this node's sup/default/CTL_SECRET or that of a token");
            return;
        }
        Optional<Caller> caller = caller(presented.get(), this.secret);
        if (caller.isEmpty()) {
            refuse(request, response, presented.get(), "control",
                    "The secret is neither this node's, which is in sup/default/CTL_SECRET below the node's root, nor"
                            + " that of a token which is known here");
        }
        else if (!request.getRequestURI().startsWith(CONTROL)) {
            answer(response, new ProblemException(ProblemType.NOT_FOUND,
                    "Nothing is at " + request.getRequestURI() + "; the control API begins with /v1/"));
        }
        else {
            enter(caller.get(), request, response, chain);
        }
    }

    private void enter(Caller caller, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        caller.enter(request);
        chain.doFilter(request, response);
        if (response.getStatus() == ProblemType.FORBIDDEN.status().value()) {
            this.denials.count(Denials.Reason.FORBIDDEN);
        }
    }

    private static Optional<String> presented(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return (authorization == null || !authorization.startsWith(BEARER)) ? Optional.empty()
                : Optional.of(authorization.substring(BEARER.length()).strip());
    }

    /** In a time that does not tell how much of it is right. */
    private Optional<Caller> caller(String presented, byte[] secret) {
        if (MessageDigest.isEqual(secret, presented.getBytes(StandardCharsets.UTF_8))) {
            return Optional.of(Caller.unlimited());
        }
        return this.tokens.claimed(presented).filter((token) -> token.admits(presented)).map(Caller::with);
    }

    private void read(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = Caller.unlimited();
        if (this.readToken.isPresent()) {
            String needed = "with the token that this node was started with in HAB_SUP_GATEWAY_AUTH_TOKEN, or the"
                    + " secret of one that 'muster token create' made";
            Optional<String> presented = presented(request);
            if (presented.isEmpty()) {
                missing(request, response,
                        "The read gateway needs the header 'Authorization: Bearer TOKEN', " + needed);
                return;
            }
            Optional<Caller> known = caller(presented.get(), this.readToken.get());
            if (known.isEmpty()) {
                refuse(request, response, presented.get(), "read",
                        "What was shown opens nothing here; the read gateway needs 'Authorization: Bearer TOKEN', "
                                + needed);
                return;
            }
            caller = known.get();
        }
        if (!READABLE.matcher(request.getRequestURI()).matches()) {
            answer(response, new ProblemException(ProblemType.NOT_FOUND,
                    "Nothing is at " + request.getRequestURI() + " on the read gateway"));
        }
        else if (!READING.contains(request.getMethod())) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            answer(response, new ProblemException(ProblemType.METHOD_NOT_ALLOWED,
                    "The read gateway answers GET and HEAD, not " + request.getMethod()));
        }
        else {
            enter(caller, request, response, chain);
        }
    }

    /** Nothing was tried, so it is no attempt. */
    private void missing(HttpServletRequest request, HttpServletResponse response, String message) throws IOException {
        this.denials.count(Denials.Reason.MISSING);
        this.trail.refused(request, "unauthorized", ProblemType.UNAUTHORIZED.status().value());
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        answer(response, new ProblemException(ProblemType.UNAUTHORIZED, message));
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, String presented, String gateway,
            String message) throws IOException {
        Optional<Token> revoked = this.tokens.claimed(presented).filter((token) -> token.isOf(presented));
        Duration wait = this.denials.refused(request.getRemoteAddr(),
                revoked.isPresent() ? Denials.Reason.REVOKED : Denials.Reason.WRONG, gateway);
        ProblemType type = wait.isZero() ? ProblemType.UNAUTHORIZED : ProblemType.TOO_MANY_ATTEMPTS;
        this.trail.refused(request, type.word(), type.status().value());
        if (!wait.isZero()) {
            long seconds = wait.plusMillis(999).toSeconds();
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
            answer(response,
                    new ProblemException(ProblemType.TOO_MANY_ATTEMPTS,
                            "Too many wrong secrets came from " + request.getRemoteAddr() + "; wait " + seconds
                                    + " seconds before another try. A right one is let in at any time"));
            return;
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        answer(response,
                new ProblemException(ProblemType.UNAUTHORIZED,
                        revoked
                            .map((token) -> "The token " + token.name() + " (" + token.id() + ") was revoked at "
                                    + token.revoked().map(String::valueOf).orElse("")
                                    + "; ask who administers the ring for another one")
                            .orElse(message)));
    }

    private void answer(HttpServletResponse response, ProblemException problem) throws IOException {
        response.setStatus(problem.type().status().value());
        response.setContentType("application/problem+json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getOutputStream().write(this.json.writeValueAsBytes(problem.document()));
    }

}
