package dev.muster.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.HttpsURLConnection;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Asks the control gateway of one node. {@link HttpURLConnection} starts ten times faster
 * than the newer client; it would repeat a request whose connection drops, so every body
 * has a fixed length, which it does not repeat.
 */
final class ControlClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Two signs of life of one who sends events lie within it. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** How long the node may run hooks of a package before it answers. */
    static final Duration HOOKS = Duration.ofMinutes(75);

    private static final String EVENTS = "text/event-stream, application/problem+json";

    private final Target target;

    private volatile @Nullable HttpURLConnection open;

    private volatile boolean interrupted;

    /** Made for the first connection with TLS: most commands need none of it. */
    private @Nullable SecureConnections secure;

    ControlClient(Target target) {
        this.target = target;
    }

    Target target() {
        return this.target;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer get(String path) throws CommandFailure {
        return get(path, Duration.ZERO);
    }

    /** The answer as TOML. */
    String getToml(String path) throws CommandFailure {
        return exchange("GET", path, Map.of("Accept", "application/toml, application/problem+json"), null,
                Duration.ZERO)
            .text();
    }

    /**
     * @param wait how long the node may wait on purpose before it answers
     */
    Answer get(String path, Duration wait) throws CommandFailure {
        return exchange("GET", path, Map.of(), null, wait);
    }

    /**
     * Asks for a change.
     * @param request the key under which the node knows a repetition of this request
     */
    Answer change(String method, String path, String request, Map<String, String> headers, byte[] body)
            throws CommandFailure {
        return change(method, path, request, headers, body, Duration.ZERO);
    }

    /**
     * As above.
     * @param wait how long the node may take on purpose before it answers
     */
    Answer change(String method, String path, String request, Map<String, String> headers, byte[] body, Duration wait)
            throws CommandFailure {
        Map<String, String> all = new java.util.LinkedHashMap<>(headers);
        all.put("Idempotency-Key", request);
        return exchange(method, path, all, new Body(body.length, (out) -> out.write(body)), wait);
    }

    /**
     * Sends a file, piece by piece.
     * @param progress hears how much was sent, now and then
     */
    Answer upload(String path, String request, String type, Path file, Progress progress) throws CommandFailure {
        return upload(path, request, Map.of("Content-Type", type), file, progress, HOOKS);
    }

    /**
     * As above.
     * @param wait how long the node may take on purpose before it answers
     */
    Answer upload(String path, String request, Map<String, String> headers, Path file, Progress progress, Duration wait)
            throws CommandFailure {
        try {
            long length = Files.size(file);
            Map<String, String> all = new java.util.LinkedHashMap<>(headers);
            all.put("Idempotency-Key", request);
            return exchange("PUT", path, all, new Body(length, (out) -> send(file, length, out, progress)), wait);
        }
        catch (IOException ex) {
            throw CommandFailure.of(7, "invalid-name", file + " cannot be read: " + ex);
        }
    }

    private static void send(Path file, long length, OutputStream out, Progress progress) throws IOException {
        byte[] buffer = new byte[65_536];
        long sent = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                sent += read;
                progress.sent(sent, length);
            }
        }
    }

    /**
     * Asks for a change that takes a while and needs no words.
     * @param wait how long the node may take before it answers
     */
    Answer change(String method, String path, String request, Duration wait) throws CommandFailure {
        return change(method, path, request, Map.of(), new byte[0], wait);
    }

    /**
     * Hears server-sent events until the node ends them, the connection ends, or the
     * listener has heard enough.
     * @param patience how long to wait for each, if less than two signs of life lie apart
     */
    void events(String path, Map<String, String> headers, Optional<Duration> patience, EventListener listener)
            throws CommandFailure {
        try (EventReader reader = new EventReader(stream(path, headers, patience))) {
            Optional<Event> event = reader.next();
            while (event.isPresent() && listener.event(event.get())) {
                event = reader.next();
            }
        }
        catch (InterruptedException ex) {
            throw CommandFailure.of(130, "interrupted", "Interrupted");
        }
    }

    private InputStream stream(String path, Map<String, String> headers, Optional<Duration> patience)
            throws CommandFailure {
        try {
            if (this.interrupted) {
                throw new IOException("interrupted");
            }
            HttpURLConnection connection = connection("GET", path, headers, null, Duration.ZERO);
            connection.setRequestProperty("Accept", EVENTS);
            connect(connection);
            patience.filter((time) -> time.compareTo(ANSWER) < 0)
                .ifPresent((time) -> connection.setReadTimeout((int) time.toMillis()));
            if (connection.getResponseCode() >= 300) {
                answer(connection);
            }
            return connection.getInputStream();
        }
        catch (IOException ex) {
            throw failure(ex, false, false);
        }
        catch (RuntimeException ex) {
            throw failure(cutShort(ex), false, false);
        }
        finally {
            // One that is being read cannot be ended from here: whoever wants to would
            // wait for the reader.
            this.open = null;
        }
    }

    /** Ends a request that another thread waits for. */
    void interrupt() {
        this.interrupted = true;
        HttpURLConnection connection = this.open;
        if (connection != null) {
            connection.disconnect();
        }
    }

    private Answer exchange(String method, String path, Map<String, String> headers, @Nullable Body body, Duration wait)
            throws CommandFailure {
        boolean sent = false;
        try {
            if (this.interrupted) {
                throw new IOException("interrupted");
            }
            HttpURLConnection connection = connection(method, path, headers, body, wait);
            connect(connection);
            sent = true;
            if (body != null) {
                try (OutputStream out = connection.getOutputStream()) {
                    body.writer().write(out);
                }
            }
            return answer(connection);
        }
        catch (IOException ex) {
            throw failure(ex, sent, body != null);
        }
        catch (RuntimeException ex) {
            throw failure(cutShort(ex), sent, body != null);
        }
        finally {
            disconnect();
        }
    }

    /** A connection that is ended while it is used may fail within Java itself. */
    private IOException cutShort(RuntimeException ex) {
        if (!this.interrupted) {
            throw ex;
        }
        return new IOException("interrupted", ex);
    }

    private void disconnect() {
        HttpURLConnection connection = this.open;
        this.open = null;
        if (connection != null) {
            connection.disconnect();
        }
    }

    private HttpURLConnection connection(String method, String path, Map<String, String> headers, @Nullable Body body,
            Duration wait) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) this.target.base()
            .resolve("/v1" + path)
            .toURL()
            .openConnection(Proxy.NO_PROXY);
        this.open = connection;
        if (connection instanceof HttpsURLConnection https) {
            secure(https);
        }
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) ANSWER.plus(wait).toMillis());
        connection.setRequestProperty("Authorization", "Bearer " + this.target.secret());
        connection.setRequestProperty("Accept", "application/json, application/problem+json");
        headers.forEach(connection::setRequestProperty);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length());
        }
        return connection;
    }

    private void secure(HttpsURLConnection connection) throws IOException {
        SecureConnections ready = this.secure;
        if (ready == null) {
            ready = SecureConnections.of(this.target);
            this.secure = ready;
        }
        ready.secure(connection);
    }

    /** Nothing is sent before this has returned. */
    private void connect(HttpURLConnection connection) throws IOException {
        connection.connect();
        if (this.secure != null) {
            this.secure.checkConnected();
        }
    }

    private Answer answer(HttpURLConnection connection) throws IOException, CommandFailure {
        int status = status(connection);
        InputStream stream = (status < 300) ? connection.getInputStream() : connection.getErrorStream();
        String text = "";
        if (stream != null) {
            try (stream) {
                text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        Json body = parse(text);
        if (status == 400 && text.contains("requires TLS")) {
            throw CommandFailure.of(3, "unreachable", "The node at " + this.target.base()
                    + " speaks TLS there: ask it with --remote-sup https://" + this.target.base().getAuthority());
        }
        if (status < 200 || status > 299) {
            throw Problems.failure(status, body, this.target);
        }
        return new Answer(status, body, text);
    }

    private static int status(HttpURLConnection connection) throws IOException {
        try {
            return connection.getResponseCode();
        }
        catch (HttpRetryException ex) {
            // It would have to send the body again to go on, and never does; the rest of
            // the answer is lost.
            return ex.responseCode();
        }
    }

    private static Json parse(String text) {
        try {
            return text.isBlank() ? new Json(null) : Json.parse(text);
        }
        catch (JacksonException ex) {
            // Not a node's answer, or one from a page in between: the status tells.
            return new Json(null);
        }
    }

    private CommandFailure failure(IOException cause, boolean sent, boolean change) {
        if (this.interrupted) {
            return CommandFailure.of(130, "interrupted",
                    "Interrupted" + (change ? ": whether it was taken is not known" : ""));
        }
        Optional<String> untrusted = (this.secure != null) ? this.secure.explain(cause) : Optional.empty();
        if (untrusted.isPresent()) {
            return CommandFailure.of(3, "unreachable", untrusted.get());
        }
        if (sent && change) {
            return CommandFailure.of(11, "outcome-unknown", "The connection to " + this.target.base()
                    + " ended before the answer (" + reason(cause) + "): whether the change was made is not known");
        }
        return CommandFailure.of(3, "unreachable", "No node answers at " + this.target.base() + ", the address from "
                + this.target.addressFrom() + " (" + reason(cause) + "): is it running, and is that its address?");
    }

    private static String reason(IOException cause) {
        if (cause instanceof UnknownHostException) {
            return "no such host";
        }
        if (cause instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return String.valueOf(cause.getMessage()).toLowerCase(java.util.Locale.ROOT);
        }
        return String.valueOf(cause.getMessage());
    }

    /** Hears how far an upload is, in bytes. */
    @FunctionalInterface
    interface Progress {

        void sent(long sent, long total);

    }

    /**
     * What is sent; its length is known before, for a request of unknown length may be
     * sent twice.
     */
    private record Body(long length, Writer writer) {

    }

    /** Writes all of a body. */
    @FunctionalInterface
    private interface Writer {

        void write(OutputStream out) throws IOException;

    }

    /** Hears events. */
    @FunctionalInterface
    interface EventListener {

        /**
         * @return whether to go on
         */
        boolean event(Event event);

    }

    /**
     * One event.
     *
     * @param id empty for one without
     * @param name empty for one without
     */
    record Event(String id, String name, Json data) {

    }

    /**
     * What the node answered when it did not refuse.
     *
     * @param status from 200 to 299
     * @param body null where there was none
     * @param text the same as it came
     */
    record Answer(int status, Json body, String text) {

    }

}
