package dev.muster.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** {@code config apply}: hands a change in, then follows it. */
final class ConfigApply {

    static final int MAX_BYTES = 65_536;

    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final Session session;

    ConfigApply(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("config apply", "Give all members of a group another configuration")
            .takes(ConfigCommands.GROUP, new Positional("N", "number of the change; the next one without it", false),
                    new Positional("FILE", "TOML; standard input without it, or for -", false))
            .with(OptionDescription.flag("wait", "Return when every member runs with it"),
                    OptionDescription.value("timeout", "TIME", "How long to wait").standard("10; 5m with --wait"),
                    OptionDescription.flag("ignore-away", "Members that are away do not count with --wait"),
                    OptionDescription.value("if-revision", "REVISION", "Only if this one is current"),
                    OptionDescription.flag("replace-with-empty", "Take an empty input, and so all values back"),
                    OptionDescription.value("message", "TEXT", "Why; kept with the change").letter('m'),
                    OptionDescription.value("author", "NAME", "Who makes the change").standard("USER@HOST"),
                    OptionDescription.value("request-id", "ID",
                            "Name of this request: one that was made already is not made again"))
            .text("The configuration that was applied before is replaced whole. A second word of digits only is N, anything\n"
                    + "else is FILE; write ./7 for a file of that name. Interrupting it does not take a change back.")
            .examples("echo 'port = 2112' | muster config apply redis.prod 1",
                    "muster config apply redis.prod redis.toml",
                    "muster config apply redis.prod --wait -m 'more memory' < redis.toml");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        Optional<String> second = arguments.positional(1);
        boolean numbered = second.isPresent() && second.get().matches("\\d+");
        Optional<String> file = arguments.positional(numbered ? 2 : 1);
        if (!numbered && arguments.positionals().size() > 2) {
            throw new UsageException("\"" + arguments.positionals().get(1) + "\" stands where the number of the change"
                    + " does, and is none: muster config apply GROUP [N] [FILE]");
        }
        Optional<String> number = numbered ? second : Optional.empty();
        if (number.isPresent()) {
            checkNumber(number.get());
        }
        boolean wait = arguments.has("wait");
        Duration timeout = arguments.duration("timeout").orElse(wait ? Duration.ofMinutes(5) : Duration.ofSeconds(10));
        ControlClient client = this.session.connect(arguments, console);
        byte[] content = content(file, group, console);
        Answer taken = put(client, group, number, content, arguments);
        Json revision = taken.body();
        String id = revision.text("id");
        String watch = "muster config status " + group + " " + id + client.target().option();
        this.session.stands("The change " + id + " of " + group + " stands and goes on; watch it with: " + watch);
        boolean json = Output.isJson(arguments);
        if (!json) {
            tellTaken(revision, group, console);
        }
        Watched watched = new Following(client, group, id, wait, json).follow(timeout, console);
        boolean alone = Boolean.TRUE.equals(revision.get("oneCopyOnly").value());
        if (json) {
            Map<String, Object> all = revision.members();
            all.putAll(watched.revision().members());
            console.out().println(Json.write(all));
        }
        return conclude(watched, alone, arguments, group + " " + id, watch, timeout, console);
    }

    private static void checkNumber(String number) throws CommandFailure {
        if (number.length() > 16 || Long.parseLong(number) < 1 || Long.parseLong(number) > MAX_NUMBER) {
            throw CommandFailure.of(7, "invalid-config", "A change has a number from 1 to " + MAX_NUMBER + ", not "
                    + number + ": leave it out to get the next");
        }
    }

    private static byte[] content(Optional<String> file, String group, Console console)
            throws CommandFailure, UsageException {
        boolean piped = file.isEmpty() || file.get().equals("-");
        if (piped && console.session()) {
            throw new UsageException(
                    "In the shell, config apply needs a FILE, or <<EOF and the TOML in the lines below");
        }
        if (piped && console.typed()) {
            console.err().println("muster: reading TOML for " + group + " from the terminal; end it with Ctrl-D");
        }
        String source = piped ? "standard input" : file.get();
        byte[] content;
        try (InputStream in = piped ? console.in() : Files.newInputStream(Path.of(source))) {
            content = in.readNBytes(MAX_BYTES + 1);
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(2, "bad-request",
                    "There is no file " + source + ": give one, or - for standard input");
        }
        catch (IOException ex) {
            throw CommandFailure.of(2, "bad-request", "Cannot read " + source + ": " + ex.getMessage());
        }
        if (content.length > MAX_BYTES) {
            throw CommandFailure.of(7, "too-large", "The configuration in " + source + " has more than " + MAX_BYTES
                    + " bytes, the most that a group takes: put large content into files");
        }
        return content;
    }

    private static Answer put(ControlClient client, String group, Optional<String> number, byte[] content,
            Arguments arguments) throws CommandFailure, UsageException {
        Map<String, String> query = new LinkedHashMap<>();
        number.ifPresent((value) -> query.put("number", value));
        arguments.value("message").ifPresent((value) -> query.put("message", ControlClient.encode(value)));
        if (arguments.has("replace-with-empty")) {
            query.put("replace-with-empty", "true");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/toml");
        headers.put("Muster-Author", author(arguments));
        arguments.value("if-revision").ifPresent((value) -> headers.put("If-Match", "\"" + value + "\""));
        String request = arguments.value("request-id").orElseGet(Requests::key);
        String path = "/groups/" + ControlClient.encode(group) + "/config" + (query.isEmpty() ? "" : "?")
                + query.entrySet()
                    .stream()
                    .map((part) -> part.getKey() + "=" + part.getValue())
                    .collect(Collectors.joining("&"));
        try {
            return client.change("PUT", path, request, headers, content);
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 11) {
                throw CommandFailure.of(11, "outcome-unknown", ex.getMessage() + "; the same command with --request-id "
                        + request + " does not make it twice");
            }
            throw ex;
        }
    }

    private static String author(Arguments arguments) throws UsageException {
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

    private static void tellTaken(Json revision, String group, Console console) {
        boolean already = revision.text("applied").equals("already");
        console.out()
            .println(group + " " + revision.text("id")
                    + (already ? " is applied already" : " accepted by " + revision.text("author")));
        List<Json> vanished = revision.get("vanished").elements();
        if (!vanished.isEmpty()) {
            console.err()
                .println("muster: no longer set by this: "
                        + vanished.stream().map((key) -> "" + key.value()).collect(Collectors.joining(", ")));
        }
        if (!revision.text("note").isEmpty()) {
            console.err().println("muster: " + revision.text("note"));
        }
    }

    private static int conclude(Watched watched, boolean alone, Arguments arguments, String change, String watch,
            Duration timeout, Console console) throws CommandFailure {
        boolean wait = arguments.has("wait");
        List<MemberReport> members = watched.members();
        List<String> away = names(members, MemberReport::isAway);
        List<String> failed = names(members, MemberReport::hasFailed);
        if (watched.superseded()) {
            throw CommandFailure.of(6, "conflict",
                    change + " was superseded while this command waited: another change is current now");
        }
        if (wait && !failed.isEmpty()) {
            throw CommandFailure.of(1, "failed", change + " failed on " + String.join(", ", failed) + ": " + watch);
        }
        if (!watched.complete()) {
            throw CommandFailure.of(9, "timeout",
                    change + " is not everywhere after " + timeout.toMillis() / 1000.0 + " s (still open: "
                            + String.join(", ", names(members, (member) -> !settled(member, wait)))
                            + "); it stands and goes on; watch it with: " + watch);
        }
        if (alone) {
            throw CommandFailure.of(8, "incomplete", change
                    + " has one copy only: no other member of the ring has confirmed it yet; watch it with: " + watch);
        }
        if (wait && members.isEmpty()) {
            throw CommandFailure.of(8, "incomplete", change + " is kept, and nobody runs that group");
        }
        if (!away.isEmpty()) {
            String told = change + " waits for members that are away: " + String.join(", ", away);
            if (wait && !arguments.has("ignore-away")) {
                throw CommandFailure.of(8, "incomplete", told);
            }
            console.err().println("muster: " + told);
        }
        return 0;
    }

    private static List<String> names(List<MemberReport> members, java.util.function.Predicate<MemberReport> which) {
        return members.stream().filter(which).map(MemberReport::name).toList();
    }

    private static boolean settled(MemberReport member, boolean wait) {
        return member.isAway() || (wait ? member.isDone() : member.received());
    }

    /**
     * How far a change has come.
     *
     * @param revision as the node said it last
     * @param complete whether every present member has come as far as was asked
     */
    private record Watched(Json revision, boolean complete) {

        List<MemberReport> members() {
            return MemberReport.of(this.revision);
        }

        boolean superseded() {
            return Boolean.FALSE.equals(this.revision.get("current").value());
        }

    }

    /** Asks again and again, and tells what changed. */
    private static final class Following {

        private static final Duration SLICE = Duration.ofSeconds(2);

        private static final Duration PAUSE = Duration.ofMillis(50);

        /** How long to stay once it is received, to tell what the members do with it. */
        private static final Duration ACTING = Duration.ofSeconds(2);

        private final ControlClient client;

        private final String path;

        private final boolean wait;

        private final boolean quiet;

        private final Map<String, MemberReport> told = new LinkedHashMap<>();

        private Following(ControlClient client, String group, String id, boolean wait, boolean quiet) {
            this.client = client;
            this.path = ConfigCommands.path(group, id) + "?until=" + (wait ? "top" : "received");
            this.wait = wait;
            this.quiet = quiet;
        }

        private Watched follow(Duration timeout, Console console) throws CommandFailure {
            long end = System.nanoTime() + timeout.toNanos();
            while (true) {
                Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
                Duration slice = (left.compareTo(SLICE) < 0) ? left : SLICE;
                long asked = System.nanoTime();
                Json revision = this.client.get(this.path + "&timeout=" + slice.toMillis() + "ms", slice).body();
                List<MemberReport> members = MemberReport.of(revision);
                boolean complete = members.stream().allMatch((member) -> settled(member, this.wait));
                Watched watched = new Watched(revision, complete);
                if (this.wait || !complete) {
                    tell(members, console);
                }
                if (complete || watched.superseded() || System.nanoTime() >= end) {
                    return (complete && !this.wait) ? acted(watched, console) : watched;
                }
                if (System.nanoTime() - asked < PAUSE.toNanos()) {
                    Output.pause(PAUSE);
                }
            }
        }

        /**
         * Received by all, which is what was asked; what they make of it is worth a
         * moment more.
         */
        private Watched acted(Watched received, Console console) throws CommandFailure {
            long end = System.nanoTime() + ACTING.toNanos();
            Watched watched = received;
            while (!watched.members().stream().allMatch(MemberReport::hasActed) && System.nanoTime() < end) {
                Output.pause(PAUSE);
                Watched next = new Watched(this.client.get(this.path + "&timeout=0", Duration.ZERO).body(), true);
                if (next.superseded()) {
                    // It was everywhere before another one came, and that was the
                    // question.
                    break;
                }
                watched = next;
            }
            tell(watched.members(), console);
            return watched;
        }

        private void tell(List<MemberReport> members, Console console) {
            if (this.quiet) {
                return;
            }
            List<MemberReport> changed = members.stream()
                .filter((member) -> !member.equals(this.told.get(member.id())))
                .toList();
            changed.forEach((member) -> this.told.put(member.id(), member));
            for (MemberReport member : changed) {
                console.out()
                    .println("  " + member.name() + "  " + member.state()
                            + (member.pid().isEmpty() ? "" : "  pid " + member.pid())
                            + (member.reason().isEmpty() ? "" : "  " + member.reason()));
            }
        }

    }

}
