package dev.muster.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.muster.shell.ControlClient.Answer;

/**
 * Hands a change of a group in: what all commands that make a revision tell of it, and
 * how they ask. {@link Following} goes on from the answer.
 */
final class HandIn {

    /** Of every command that makes a revision. */
    static final OptionDescription[] OPTIONS = RolloutArguments.with(
            OptionDescription.value("message", "TEXT", "Why; kept with the change").letter('m'),
            OptionDescription.value("author", "NAME", "Who makes the change").standard("USER@HOST"), OptionDescription
                .value("request-id", "ID", "Name of this request: one that was made already is not made again"));

    /** Of every command that makes a revision of one piece. */
    static final OptionDescription PLAN = OptionDescription.flag("plan", "Say what would happen, and change nothing");

    /** Of every command that makes a revision of a configuration. */
    static final OptionDescription[] CHECKED = {
            OptionDescription.flag("allow-unknown", "Take keys that nothing is known to use"), PLAN };

    private final ControlClient client;

    private final String author;

    private final Map<String, String> query = new LinkedHashMap<>();

    /** Those of which there may be several, as they stand in a query. */
    private final List<String> repeated = new ArrayList<>();

    private final String request;

    private final boolean plan;

    private int attempt = 1;

    /**
     * @param arguments with {@link #OPTIONS} in them, as far as they were given
     */
    HandIn(ControlClient client, Arguments arguments) throws UsageException {
        this.client = client;
        this.author = author(arguments);
        arguments.value("message").ifPresent((value) -> this.query.put("message", value));
        this.plan = arguments.has("plan");
        for (String flag : List.of("allow-unknown", "plan")) {
            if (arguments.has(flag)) {
                this.query.put(flag, "true");
            }
        }
        this.query.putAll(RolloutArguments.given(arguments));
        this.request = arguments.value("request-id").orElseGet(Requests::key);
    }

    /** Who asks: who was named, or else whoever runs this. */
    static String author(Arguments arguments) throws UsageException {
        Optional<String> given = arguments.value("author");
        String author = given.orElseGet(() -> System.getProperty("user.name") + "@" + hostName());
        if (author.isEmpty() || author.length() > 128 || author.chars().anyMatch(Character::isISOControl)) {
            throw new UsageException("--author takes 1 to 128 printable characters, not \"" + author + "\"");
        }
        return author;
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.ISO_8859_1).strip();
        }
        catch (IOException ex) {
            return "localhost";
        }
    }

    /** Whether nothing is to be changed. */
    boolean isPlan() {
        return this.plan;
    }

    /** What follows is another request, of the same kind. */
    void again() {
        this.attempt++;
    }

    private String request() {
        return (this.attempt == 1) ? this.request : this.request + "-" + this.attempt;
    }

    /** Adds to what is asked for. */
    HandIn with(String parameter, String value) {
        this.query.put(parameter, value);
        return this;
    }

    /** Adds one of several to what is asked for. */
    HandIn withAlso(String parameter, String value) {
        this.repeated.add(parameter + "=" + ControlClient.encode(value));
        return this;
    }

    /**
     * Asks for the change.
     * @param path below {@code /v1}
     * @param type of the body
     * @param ifRevision the revision that must be current, if one must
     */
    Answer send(String method, String path, String type, Optional<String> ifRevision, byte[] body)
            throws CommandFailure {
        Map<String, String> headers = headers(type, ifRevision);
        return repeatable(() -> this.client.change(method, asked(path), request(), headers, body));
    }

    /**
     * As above, with a file as the body, sent piece by piece.
     * @param wait how long the node may take before it answers
     */
    Answer upload(String path, Optional<String> ifRevision, Path file, ControlClient.Progress progress, Duration wait)
            throws CommandFailure {
        Map<String, String> headers = headers("application/octet-stream", ifRevision);
        return repeatable(() -> this.client.upload(asked(path), request(), headers, file, progress, wait));
    }

    /**
     * Sends the content of a file, which no change names yet.
     * @return its hash
     */
    String content(Path file, ControlClient.Progress progress) throws CommandFailure {
        return this.client
            .upload("/contents", Requests.key(), headers("application/octet-stream", Optional.empty()), file, progress,
                    Duration.ZERO)
            .body()
            .text("hash");
    }

    private Map<String, String> headers(String type, Optional<String> ifRevision) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Muster-Author", this.author);
        ifRevision.ifPresent((value) -> headers.put("If-Match", "\"" + value + "\""));
        return headers;
    }

    private String asked(String path) {
        String asked = Stream
            .concat(this.query.entrySet()
                .stream()
                .map((part) -> part.getKey() + "=" + ControlClient.encode(part.getValue())), this.repeated.stream())
            .collect(Collectors.joining("&"));
        return path + (asked.isEmpty() ? "" : "?" + asked);
    }

    private Answer repeatable(Asking asking) throws CommandFailure {
        try {
            return asking.ask();
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 11) {
                throw CommandFailure.of(11, "outcome-unknown", ex.getMessage() + "; the same command with --request-id "
                        + this.request + " does not make it twice");
            }
            throw ex;
        }
    }

    /** A request that may fail. */
    @FunctionalInterface
    private interface Asking {

        Answer ask() throws CommandFailure;

    }

}
