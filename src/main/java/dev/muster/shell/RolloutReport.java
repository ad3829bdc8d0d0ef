package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a rollout stands.
 *
 * @param state as the node calls it: {@code running}, {@code paused}
 * @param reason why, where there is something to say; else empty
 * @param author who said the last word about it; empty for nobody
 * @param way how many have their turns at the same time
 * @param onFailure what follows a failure
 * @param said all that the node said of it
 */
record RolloutReport(String state, String reason, String author, String way, String onFailure, Json said) {

    /** Nothing is known of it. */
    static final RolloutReport NONE = of(new Json(null));

    static RolloutReport of(Json rollout) {
        return new RolloutReport(rollout.text("state"), MemberReport.line(rollout.text("reason")),
                MemberReport.line(rollout.text("author")), rollout.text("way"), rollout.text("onFailure"), rollout);
    }

    boolean isAborted() {
        return this.state.equals("aborted");
    }

    /** Whether it is paused, and no person has said so. */
    boolean isStopped() {
        return this.state.equals("paused") && this.author.isEmpty();
    }

    /** In one line, without what to do. */
    String told() {
        String by = this.author.isEmpty() ? "" : " by " + this.author;
        String why = this.reason.isEmpty() ? "" : ": " + this.reason;
        return switch (this.state) {
            case "" -> "";
            case "paused" -> "paused" + by + why;
            case "awaits-promotion" -> "the canaries are done, the others wait until it is promoted";
            case "aborted" -> "aborted" + by + ", nobody else takes it" + why;
            case "failed" -> this.reason + (this.onFailure.equals("rollback") ? "; it is taken back"
                    : (this.onFailure.equals("pause") ? "; it pauses" : ""));
            default -> this.state + ", " + this.way;
        };
    }

    /**
     * Commands that lead on from here, each with what it is for.
     * @param group whose rollout it is, and what names the node that was asked
     */
    List<String> next(String group) {
        String back = "to take it back: muster config rollback " + group;
        return switch (this.state) {
            case "paused" ->
                Stream
                    .concat(without(group).stream(),
                            Stream.of("to go on: muster rollout resume " + group,
                                    "to give up: muster rollout abort " + group, back))
                    .toList();
            case "awaits-promotion" -> List.of("to go on: muster rollout promote " + group, back);
            case "aborted" -> List.of(back);
            default -> without(group);
        };
    }

    /** Where others wait for a member that is away. */
    private List<String> without(String group) {
        List<Json> places = this.said.get("places")
            .elements()
            .stream()
            .filter((place) -> !place.isTrue("skipped"))
            .toList();
        boolean waits = places.stream().anyMatch((place) -> place.text("state").equals("waiting"));
        boolean moves = places.stream().anyMatch((place) -> place.text("state").equals("under-way"));
        return (!waits || moves) ? List.of()
                : places.stream()
                    .filter((place) -> place.text("state").equals("away"))
                    .map((place) -> place.text("name"))
                    .limit(1)
                    .map((name) -> "to go on without " + name + ": muster rollout skip " + group + " " + name)
                    .toList();
    }

    List<String> lines(String group) {
        List<String> lines = new ArrayList<>();
        if (!this.state.isEmpty()) {
            lines.add("rollout: " + told());
            next(group).forEach((command) -> lines.add("  " + command));
        }
        return lines;
    }

}
