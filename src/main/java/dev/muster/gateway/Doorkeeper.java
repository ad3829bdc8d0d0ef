package dev.muster.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

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

    private final JsonMapper json;

    Doorkeeper(GatewayProperties properties, JsonMapper json) {
        this.ctlPort = properties.ctlPort();
        this.secret = properties.secret().getBytes(StandardCharsets.UTF_8);
        this.readToken = properties.readToken().map((token) -> token.getBytes(StandardCharsets.UTF_8));
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
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.startsWith(BEARER)) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            answer(response, new ProblemException(ProblemType.UNAUTHORIZED,
                    "The control gateway needs the header 'Authorization: Bearer SECRET', with the secret of this node's"
                            + " sup/default/CTL_SECRET"));
        }
        else if (!bears(request, this.secret)) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
            answer(response, new ProblemException(ProblemType.UNAUTHORIZED,
                    "The secret is not this node's; it is in sup/default/CTL_SECRET below the node's root"));
        }
        else if (!request.getRequestURI().startsWith(CONTROL)) {
            answer(response, new ProblemException(ProblemType.NOT_FOUND,
                    "Nothing is at " + request.getRequestURI() + "; the control API begins with /v1/"));
        }
        else {
            chain.doFilter(request, response);
        }
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean bears(HttpServletRequest request, byte[] secret) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.startsWith(BEARER) && MessageDigest.isEqual(secret,
                authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    }

    private void read(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (this.readToken.isPresent() && !bears(request, this.readToken.get())) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            answer(response, new ProblemException(ProblemType.UNAUTHORIZED,
                    "The read gateway needs the header 'Authorization: Bearer TOKEN', with the token that this node was"
                            + " started with in HAB_SUP_GATEWAY_AUTH_TOKEN"));
        }
        else if (!READABLE.matcher(request.getRequestURI()).matches()) {
            answer(response, new ProblemException(ProblemType.NOT_FOUND,
                    "Nothing is at " + request.getRequestURI() + " on the read gateway"));
        }
        else if (!READING.contains(request.getMethod())) {
            response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
            answer(response, new ProblemException(ProblemType.METHOD_NOT_ALLOWED,
                    "The read gateway answers GET and HEAD, not " + request.getMethod()));
        }
        else {
            chain.doFilter(request, response);
        }
    }

    private void answer(HttpServletResponse response, ProblemException problem) throws IOException {
        response.setStatus(problem.type().status().value());
        response.setContentType("application/problem+json");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getOutputStream().write(this.json.writeValueAsBytes(problem.document()));
    }

}
