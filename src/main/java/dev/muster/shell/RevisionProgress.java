package dev.muster.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.DurationText;

/**
 * What a node tells of a revision, step by step. A connection that ends is made again,
 * and goes on where it was.
 */
final class RevisionProgress {

    private static final Duration PAUSE = Duration.ofMillis(200);

    /** So long a node may be silent, as one is that is restarted. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    /** A node that waits as long as it was asked to answers within it. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** Longer than anybody waits, and still to be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(1_000);

    private final ControlClient client;

    private final String watch;

    private final String path;

    private final Display display;

    private final Map<String, MemberReport> members = new LinkedHashMap<>();

    /** As they failed, also when they have gone on to something else since. */
    private final Map<String, MemberReport> failures = new LinkedHashMap<>();

    private RolloutReport rollout = RolloutReport.NONE;

    private boolean endless;

    private Json result = new Json(null);

    private String last = "";

    private long heard = System.nanoTime();

    RevisionProgress(ControlClient client, String group, String revision, Display display) {
        this.client = client;
        this.watch = "muster config status " + group + " " + revision;
        this.path = ConfigCommands.path(group, revision) + "/events";
        this.display = display;
    }

    /** As far as is known. */
    List<MemberReport> members() {
        return List.copyOf(this.members.values());
    }

    /** Members that have failed with it, as they were then. */
    List<MemberReport> failures() {
        return List.copyOf(this.failures.values());
    }

    /** How its rollout stood last. */
    RolloutReport rollout() {
        return this.rollout;
    }

    /** What the node said last of the whole; holds nothing before the first result. */
    Json result() {
        return this.result;
    }

    /**
     * Waits until the node says that this has come about, or cannot any longer.
     * @param until {@code received}, {@code acted} or {@code top}
     * @param patience how long at most; empty for ever
     * @return whether there is a result; what it says may be only what was known when the
     * time was up
     */
    boolean await(String until, Optional<Duration> patience) throws CommandFailure {
        Duration most = patience.filter((time) -> time.compareTo(LONGEST) < 0).orElse(LONGEST);
        long end = System.nanoTime() + most.toNanos();
        this.result = new Json(null);
        this.endless = until.equals("top");
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            CommandFailure failure = ask(until, patience.isPresent() ? Optional.of(left) : Optional.empty());
            if (isOver()) {
                return true;
            }
            long now = System.nanoTime();
            if (failure != null && (now >= end || now - this.heard > SILENCE.toNanos())) {
                throw lost(failure);
            }
            if (now >= end) {
                return false;
            }
            Output.pause(PAUSE);
        }
    }

    /** Others know of the change as well, and some say where they are asked. */
    private CommandFailure lost(CommandFailure failure) {
        List<String> others = this.members.values()
            .stream()
            .map((member) -> member.said().text("control"))
            .filter((address) -> !address.isEmpty() && !this.client.target().asks(address))
            .distinct()
            .toList();
        return CommandFailure.of(failure.exit(), failure.type(), failure.getMessage()
                + " Any other member of the ring tells of it, too: " + this.watch + " --watch --remote-sup "
                + (others.isEmpty() ? "HOST:PORT" : others.get(0))
                + ((others.size() < 2) ? "" : " (or " + String.join(", ", others.subList(1, others.size())) + ")"));
    }

    /** Null when it was answered, as far as it was. */
    private @org.jspecify.annotations.Nullable CommandFailure ask(String until, Optional<Duration> left)
            throws CommandFailure {
        String query = "?until=" + until + left.map((time) -> "&timeout=" + DurationText.write(whole(time))).orElse("");
        Map<String, String> headers = this.last.isEmpty() ? Map.of() : Map.of("Last-Event-ID", this.last);
        try {
            this.client.events(this.path + query, headers, left.map((time) -> time.plus(GRACE)), this::event);
            return null;
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 3 || "unavailable".equals(ex.type())) {
                return ex;
            }
            throw ex;
        }
    }

    private static Duration whole(Duration time) {
        return (time.toDays() > 0) ? Duration.ofSeconds(time.toSeconds()) : Duration.ofMillis(time.toMillis());
    }

    private boolean event(ControlClient.Event event) {
        this.heard = System.nanoTime();
        if (!event.id().isEmpty()) {
            this.last = event.id();
        }
        switch (event.name()) {
            case "member" -> take(MemberReport.ofMember(event.data()));
            case "left" -> leave(MemberReport.ofMember(event.data()));
            case "rollout" -> take(RolloutReport.of(event.data()));
            case "result" -> {
                List<MemberReport> all = MemberReport.of(event.data());
                List.copyOf(this.members.values())
                    .stream()
                    .filter((known) -> all.stream().noneMatch((member) -> member.id().equals(known.id())))
                    .forEach(this::leave);
                all.forEach(this::take);
                if (event.data().get("rollout").value() != null && this.rollout != RolloutReport.NONE) {
                    take(RolloutReport.of(event.data().get("rollout")));
                }
                this.result = event.data();
            }
            default -> {
                // What a later release tells besides.
            }
        }
        return !isOver();
    }

    /** Of a rollout that was aborted nobody reaches the top who has not yet. */
    private boolean isOver() {
        return this.result.value() != null || (this.endless && this.rollout.isAborted());
    }

    private void take(RolloutReport now) {
        if (!now.told().equals(this.rollout.told())) {
            this.rollout = now;
            this.display.rollout(now);
        }
    }

    private void take(MemberReport member) {
        if (!member.equals(this.members.put(member.id(), member))) {
            if (member.hasFailed()) {
                this.failures.put(member.id(), member);
            }
            else if (member.isDone()) {
                this.failures.remove(member.id());
            }
            this.display.member(member);
        }
    }

    private void leave(MemberReport member) {
        this.members.remove(member.id());
        this.display.left(member);
    }

}
