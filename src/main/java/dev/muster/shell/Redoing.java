package dev.muster.shell;

import java.time.Duration;

import dev.muster.shell.ControlClient.Answer;

/**
 * Makes a change of a part of what a group has, and follows it; whoever loses against
 * somebody else's change does it again on that one.
 */
final class Redoing {

    private static final int REDONE = 3;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String NONE = "none";

    private final Session session;

    private final ControlClient client;

    private final String group;

    private final HandIn hand;

    /**
     * @param hand asks, each time anew
     */
    Redoing(Session session, ControlClient client, String group, HandIn hand) {
        this.session = session;
        this.client = client;
        this.group = group;
        this.hand = hand;
    }

    /**
     * @param once whether the change is to be made on one revision or not at all
     * @return the exit code
     */
    int run(boolean once, Attempt attempt, Arguments arguments, Console console) throws CommandFailure, UsageException {
        for (int lost = 0;; lost++) {
            boolean mayRedo = !once && lost < REDONE;
            try {
                Answer answer = attempt.make();
                if (this.hand.isPlan()) {
                    return PlanReport.print(answer, arguments, console);
                }
                String winner = answer.body().text("overtakenBy");
                if (mayRedo && !winner.isEmpty()) {
                    redo(winner, console);
                    awaitOther(answer.body().text("id"));
                    continue;
                }
                return follow(arguments, console, answer, mayRedo);
            }
            catch (CommandFailure ex) {
                if (!mayRedo || !isMismatch(ex)) {
                    throw ex;
                }
                redo(new Json(ex.problem()).get("current").text("id"), console);
            }
            catch (LostException ex) {
                redo(ex.winner, console);
            }
        }
    }

    private int follow(Arguments arguments, Console console, Answer answer, boolean mayRedo)
            throws CommandFailure, UsageException, LostException {
        try {
            return new Following(this.session, this.client, this.group, arguments, console).taken(answer.body());
        }
        catch (CommandFailure ex) {
            String id = answer.body().text("id");
            if (!mayRedo || ex.exit() != 6 || !isLost(id)) {
                throw ex;
            }
            throw new LostException(current());
        }
    }

    private static boolean isMismatch(CommandFailure failure) {
        return String.valueOf(failure.problem().get("type")).endsWith(":revision-mismatch");
    }

    private void redo(String winner, Console console) throws CommandFailure {
        console.err()
            .println("muster: " + (winner.isEmpty() ? "another change" : winner)
                    + " came first; the change is made once more, on that one");
        this.hand.again();
        Output.pause(PAUSE);
    }

    /** Id of the current revision, or what stands for none. */
    String current() throws CommandFailure {
        try {
            return this.client.get(ConfigCommands.path(this.group, "current")).body().text("id");
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 5) {
                return NONE;
            }
            throw ex;
        }
    }

    /** The winner is known of before it is here. */
    private void awaitOther(String id) throws CommandFailure {
        for (int attempt = 0; attempt < 20 && current().equals(id); attempt++) {
            Output.pause(PAUSE);
        }
    }

    private boolean isLost(String id) throws CommandFailure {
        return this.client.get("/groups/" + ControlClient.encode(this.group) + "/revisions?limit=50")
            .body()
            .get("revisions")
            .elements()
            .stream()
            .anyMatch((revision) -> revision.text("id").equals(id) && revision.isTrue("lost"));
    }

    /** Asks for the change, on what is current then. */
    @FunctionalInterface
    interface Attempt {

        Answer make() throws CommandFailure;

    }

    /** What was taken is not what the current revision was made from. */
    private static final class LostException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String winner;

        private LostException(String winner) {
            super(winner);
            this.winner = winner;
        }

    }

}
