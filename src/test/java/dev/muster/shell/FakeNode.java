package dev.muster.shell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A control gateway that answers what it was told to, over a real socket. */
final class FakeNode implements AutoCloseable {

    static final String SECRET = "c2VjcmV0";

    private static final int UNENDING = 1;

    private final HttpServer server;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    private final Map<String, Deque<Reply>> replies = new HashMap<>();

    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    FakeNode() throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.server.setExecutor(this.threads);
        this.server.createContext("/", this::answer);
        this.server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return this.server.getAddress().getPort();
    }

    /**
     * The answer to such requests; several are given one after another, the last for
     * ever.
     * @param request method and path without the query, as {@code GET /v1/node}
     */
    synchronized FakeNode on(String request, int status, String body) {
        this.replies.computeIfAbsent(request, (key) -> new ArrayDeque<>()).add(new Reply(status, body));
        return this;
    }

    /**
     * The answer to such requests is a stream of events, which then ends.
     * @param events made with {@link #event}
     */
    FakeNode events(String request, String... events) {
        return on(request, 200, ":here\n\n" + String.join("", events));
    }

    /** As above, but what follows is waited for until this node is closed. */
    FakeNode stallBehind(String request, String... events) {
        return on(request, UNENDING, ":here\n\n" + String.join("", events));
    }

    /**
     * One of them.
     * @param id empty for one without
     */
    static String event(String id, String name, String data) {
        return (id.isEmpty() ? "" : "id:" + id + "\n") + "event:" + name + "\ndata:" + data + "\n\n";
    }

    /** The connection ends without an answer. */
    FakeNode hangUpOn(String request) {
        return on(request, -1, "");
    }

    /** Answers nothing until it is closed. */
    FakeNode stallOn(String request) {
        return on(request, 0, "");
    }

    List<Request> requests() {
        return List.copyOf(this.requests);
    }

    Request last(String method) {
        return requests().stream()
            .filter((request) -> request.method().equals(method))
            .reduce((a, b) -> b)
            .orElseThrow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
        String path = exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        this.requests.add(new Request(exchange.getRequestMethod(), path, (query != null) ? query : "", headers, body));
        if (!("Bearer " + SECRET).equals(headers.get("Authorization"))) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer");
            send(exchange,
                    new Reply(401, "{\"type\":\"urn:muster:problem:unauthorized\",\"detail\":\"Wrong secret.\"}"));
            return;
        }
        Reply reply = reply(exchange.getRequestMethod() + " " + path);
        if (reply.status() == UNENDING) {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(reply.body().getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
        else if (reply.status() < 0) {
            exchange.close();
        }
        else if (reply.status() > 0) {
            send(exchange, reply);
        }
    }

    private synchronized Reply reply(String request) {
        Deque<Reply> known = this.replies.get(request);
        if (known == null) {
            return new Reply(404,
                    "{\"type\":\"urn:muster:problem:not-found\",\"detail\":\"Nothing at " + request + "\"}");
        }
        return (known.size() > 1) ? known.remove() : known.element();
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
            .add("Content-Type", (reply.status() >= 400) ? "application/problem+json"
                    : (reply.body().startsWith(":here") ? "text/event-stream" : "application/json"));
        exchange.sendResponseHeaders(reply.status(), (body.length > 0) ? body.length : -1);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        this.server.stop(0);
        this.threads.shutdownNow();
    }

    private record Reply(int status, String body) {

    }

    /** What was asked. */
    record Request(String method, String path, String query, Map<String, String> headers, String body) {

    }

}
