package dev.muster.gateway;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * A change that is asked for twice under one {@code Idempotency-Key} is made once: the
 * second asker gets the first answer, for ten minutes. So a client that lost the answer
 * may ask again.
 */
final class FirstAnswers extends OncePerRequestFilter {

    static final String HEADER = "Idempotency-Key";

    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private static final int MOST = 1_000;

    private static final int SERVER_ERROR = 500;

    private final InstantSource clock;

    private final Map<String, First> answers = new LinkedHashMap<>();

    FirstAnswers(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(HEADER) == null || request.getMethod().equals("GET")
                || request.getMethod().equals("HEAD");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String asked = request.getMethod() + ' ' + request.getRequestURI() + '?' + request.getQueryString();
        // What one was answered is not for another who guesses the key.
        String key = Caller.of(request).id() + ' ' + request.getHeader(HEADER) + ' ' + asked;
        First mine = new First(this.clock.instant());
        First first = enter(key, mine);
        if (first != mine) {
            replay(first, response);
            return;
        }
        ContentCachingResponseWrapper recorded = new ContentCachingResponseWrapper(response);
        Answer answer = null;
        try {
            chain.doFilter(request, recorded);
            answer = Answer.of(recorded);
        }
        finally {
            if (answer == null || answer.status >= SERVER_ERROR) {
                // Nothing was decided: the same request may fare better.
                forget(key);
            }
            mine.answer.complete((answer != null) ? answer : Answer.NONE);
            recorded.copyBodyToResponse();
        }
    }

    private synchronized First enter(String key, First mine) {
        Instant oldest = mine.at.minus(REMEMBERED);
        this.answers.values().removeIf((answer) -> answer.at.isBefore(oldest));
        while (this.answers.size() >= MOST) {
            this.answers.remove(this.answers.keySet().iterator().next());
        }
        First known = this.answers.putIfAbsent(key, mine);
        return (known != null) ? known : mine;
    }

    private synchronized void forget(String key) {
        this.answers.remove(key);
    }

    private static void replay(First first, HttpServletResponse response) throws ServletException, IOException {
        try {
            Answer answer = first.answer.get();
            response.setStatus(answer.status);
            answer.headers.forEach((header) -> response.addHeader(header.name, header.value));
            if (answer.contentType != null) {
                response.setContentType(answer.contentType);
            }
            response.getOutputStream().write(answer.body);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the first answer was awaited", ex);
        }
        catch (ExecutionException ex) {
            throw new ServletException(ex);
        }
    }

    private record Header(String name, String value) {
    }

    private record Answer(int status, List<Header> headers, @Nullable String contentType, byte[] body) {

        /** The first request ended without an answer of its own. */
        private static final Answer NONE = new Answer(503, List.of(), null, new byte[0]);

        static Answer of(ContentCachingResponseWrapper response) {
            List<Header> headers = new ArrayList<>();
            for (String name : List.of("Location", "ETag")) {
                response.getHeaders(name).forEach((value) -> headers.add(new Header(name, value)));
            }
            return new Answer(response.getStatus(), headers, response.getContentType(),
                    response.getContentAsByteArray());
        }

    }

    private static final class First {

        private final Instant at;

        private final CompletableFuture<Answer> answer = new CompletableFuture<>();

        private First(Instant at) {
            this.at = at;
        }

    }

}
