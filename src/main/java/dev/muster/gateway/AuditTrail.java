package dev.muster.gateway;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Writes down every change that is tried at the control gateway, with what came of it,
 * before the answer is complete; and, within bounds, who was not let in. Of a request
 * nothing is written but its path and who sent it: no body, no query, no credentials.
 */
final class AuditTrail extends OncePerRequestFilter {

    static final String PROBLEM = AuditTrail.class.getName() + ".problem";

    /** So many lines a minute about those who are not let in. */
    static final int REFUSALS = 60;

    private static final Pattern SERVICE = Pattern.compile("/v1/services/([^/;]+).*");

    private static final int LONGEST = 300;

    private final AuditControl audit;

    private final Services services;

    private final InstantSource clock;

    private Instant minute = Instant.EPOCH;

    private int written;

    /** Refusals since the last one that was written. */
    private long unwritten;

    AuditTrail(AuditControl audit, Services services, InstantSource clock) {
        this.audit = audit;
        this.services = services;
        this.clock = clock;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // Afterwards it may be gone.
        Optional<String> before = service(request);
        try {
            chain.doFilter(request, response);
        }
        finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Ended(() -> changed(request, response, before)));
            }
            else {
                changed(request, response, before);
            }
        }
    }

    private Optional<String> service(HttpServletRequest request) {
        Matcher path = SERVICE.matcher(request.getRequestURI());
        return path.matches() ? this.services.statuses()
            .stream()
            .filter((status) -> status.name().equals(path.group(1)))
            .map(ServiceStatus::group)
            .findFirst() : Optional.empty();
    }

    private void changed(HttpServletRequest request, HttpServletResponse response, Optional<String> before) {
        if (response.getStatus() == ProblemType.FORBIDDEN.status().value()) {
            refused(request, "forbidden", response.getStatus(), before.or(() -> service(request)).orElse(null));
            return;
        }
        Map<String, @Nullable Object> line = line("change", request);
        line.put("group", group(request).or(() -> before).or(() -> service(request)).orElse(null));
        line.put("status", response.getStatus());
        String tag = response.getHeader("ETag");
        line.put("revision", (tag != null) ? Intake.unquoted(tag) : null);
        line.put("problem", request.getAttribute(PROBLEM));
        this.audit.record(line);
    }

    /** Somebody was not let in, or not as far as this. */
    void refused(HttpServletRequest request, String problem, int status) {
        refused(request, problem, status, null);
    }

    private void refused(HttpServletRequest request, String problem, int status, @Nullable String service) {
        long count = countRefusal();
        if (count == 0) {
            return;
        }
        Map<String, @Nullable Object> line = line("refused", request);
        line.put("group", group(request).orElse(service));
        line.put("status", status);
        line.put("problem", problem);
        line.put("count", count);
        this.audit.record(line);
    }

    /**
     * Nobody fills the disk, or drives older lines off it, by being refused.
     * @return for how many refusals a line is to be written now; 0 for none
     */
    private synchronized long countRefusal() {
        Instant now = this.clock.instant();
        if (Duration.between(this.minute, now).abs().toSeconds() >= 60) {
            this.minute = now;
            this.written = 0;
        }
        this.unwritten++;
        if (this.written >= REFUSALS) {
            return 0;
        }
        this.written++;
        long count = this.unwritten;
        this.unwritten = 0;
        return count;
    }

    private Map<String, @Nullable Object> line(String kind, HttpServletRequest request) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("time", this.clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("kind", kind);
        Optional<Caller> caller = Caller.find(request);
        line.put("who",
                caller.map((known) -> known.token().map((token) -> token.name()).orElse("secret")).orElse(null));
        line.put("token", caller.flatMap(Caller::token).map((token) -> token.id()).orElse(null));
        line.put("claimed", caller.isPresent() ? bounded(request.getHeader("Muster-Author")) : null);
        line.put("from", request.getRemoteAddr());
        line.put("request", caller.isPresent() ? bounded(request.getHeader(FirstAnswers.HEADER)) : null);
        line.put("method", bounded(request.getMethod()));
        line.put("path", bounded(request.getRequestURI()));
        return line;
    }

    private static @Nullable String bounded(@Nullable String text) {
        return (text == null || text.length() <= LONGEST) ? text : text.substring(0, LONGEST);
    }

    private static Optional<String> group(HttpServletRequest request) {
        return (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                && variables.get("group") instanceof String group) ? Optional.ofNullable(bounded(group))
                        : Optional.empty();
    }

    /** Hears when an answer that took its time is complete. */
    private record Ended(Runnable then) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            this.then.run();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // It is completed after that.
        }

        @Override
        public void onError(AsyncEvent event) {
            // It is completed after that.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }

    }

}
