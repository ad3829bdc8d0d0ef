package dev.muster.shell;

import java.time.Duration;
import java.util.Map;

import dev.muster.shell.ControlClient.Answer;

/** A new key for a ring that runs, without its members losing each other. */
final class RingKeyRotation {

    /** Three steps, each of which waits ten seconds for members that do not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int FAILED = 1;

    private static final int AWAY = 8;

    private final Session session;

    RingKeyRotation(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        return new ShellCommand(CommandDescription
            .client("ring key rotate", "Put a new key in the place of the ring's active one, while it runs")
            .with(OptionDescription.flag("ignore-away",
                    "Go on although members are away, which need the new key before they can come back"))
            .text("First all members accept the new key, then all prove themselves with it, then nobody accepts another\n"
                    + "one. Where one cannot, it stops before that step, all still understand each other, and the next\n"
                    + "rotate goes on from there. Exit 8 when members are away, 1 when one failed.")
            .examples("muster ring key rotate"), this::rotate);
    }

    private int rotate(Arguments arguments, Console console) throws CommandFailure, UsageException {
        boolean ignoreAway = arguments.has("ignore-away");
        ControlClient client = this.session.connect(arguments, console);
        Answer answer = client.change("POST", "/ring/keys/rotate?without-away=" + ignoreAway, Requests.key(), Map.of(),
                new byte[0], PATIENCE);
        Json all = answer.body();
        boolean failed = false;
        boolean away = false;
        TextTable table = new TextTable("member", "key", "reason");
        for (Json member : all.get("members").elements()) {
            String stage = member.text("stage");
            failed |= stage.equals("FAILED");
            away |= stage.equals("AWAY");
            table.row(MemberReport.line(member.text("name")), told(stage), MemberReport.line(member.text("reason")));
        }
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
        }
        else {
            boolean done = all.text("stage").equals("ONLY");
            console.out()
                .println("ring " + all.text("ring") + ": "
                        + (done ? "the key is " + all.text("revision") + " now, and no other is accepted"
                                : "the key " + all.text("revision") + " is not the only one yet; rotate again once"
                                        + " all members can be reached"));
            console.out().print(table.text("  "));
        }
        return failed ? FAILED : (away && !ignoreAway) ? AWAY : 0;
    }

    private static String told(String stage) {
        return switch (stage) {
            case "AWAY" -> "away";
            case "ACCEPTED" -> "accepts it";
            case "ACTIVE" -> "proves itself with it";
            case "ONLY" -> "accepts it alone";
            default -> "failed";
        };
    }

}
