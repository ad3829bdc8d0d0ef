package dev.muster.shell;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** Members that are let go for ever, whether they are present or dead. */
final class MemberCommands {

    private static final OptionDescription AUTHOR = OptionDescription.value("author", "NAME", "Who does it")
        .standard("USER@HOST");

    private static final Positional MEMBER = new Positional("MEMBER", "its id, name, or gossip address", true);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Session session;

    MemberCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription depart = CommandDescription.client("sup depart", "Let a member go for ever")
            .takes(MEMBER)
            .with(OptionDescription.flag("wait", "Stay until it has left the ring"),
                    OptionDescription.value("timeout", "TIME", "How long to wait at most").standard("5m"), AUTHOR)
            .text("Once it hears of it, the member stops its services in order and its node exits with 10. With that id it\n"
                    + "never comes back; being away is not departing. Rollouts and groups no longer count it.")
            .examples("muster sup depart web-3 --wait", "muster sup depart 10.0.0.7:9638");
        CommandDescription forget = CommandDescription.client("sup forget", "Let a member that is dead never come back")
            .takes(MEMBER)
            .with(AUTHOR)
            .text("For hosts that are gone. It is refused for members that are present. Should such a member come back after\n"
                    + "all, it stops its services and ends; a new node of that name is another member.")
            .examples("muster sup forget web-3");
        return List.of(new ShellCommand(depart, this::depart), new ShellCommand(forget, this::forget));
    }

    private int depart(Arguments arguments, Console console) throws CommandFailure, UsageException {
        boolean wait = arguments.has("wait");
        if (!wait && arguments.has("timeout")) {
            throw new UsageException("--timeout says how long --wait waits; give both, or neither");
        }
        Duration timeout = arguments.duration("timeout").orElse(Duration.ofMinutes(5));
        ControlClient client = this.session.connect(arguments, console);
        String asked = wait ? client.get("/node").body().text("memberId") : "";
        Answer answer = say("depart", arguments, client);
        tell(arguments, console, answer);
        if (wait) {
            await(client, answer.body(), answer.body().text("id").equals(asked), timeout);
            if (!Output.isJson(arguments)) {
                console.out().println(answer.body().text("name") + " has left the ring");
            }
        }
        return copies(answer.body(), console);
    }

    private int forget(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Answer answer = say("forget", arguments, this.session.connect(arguments, console));
        tell(arguments, console, answer);
        return copies(answer.body(), console);
    }

    private static Answer say(String verb, Arguments arguments, ControlClient client)
            throws CommandFailure, UsageException {
        String member = URLEncoder.encode(arguments.required(0), StandardCharsets.UTF_8).replace("+", "%20");
        return client.change("POST", "/ring/members/" + member + "/" + verb, Requests.key(),
                Map.of("Muster-Author", HandIn.author(arguments)), new byte[0]);
    }

    private static void tell(Arguments arguments, Console console, Answer answer) {
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return;
        }
        Json member = answer.body();
        String who = member.text("name") + " (" + member.text("id") + ")";
        if (member.isTrue("already")) {
            console.out()
                .println(
                        who + " has departed already, said by " + member.text("author") + " at " + member.text("time"));
        }
        else if (member.isTrue("present")) {
            console.out().println(who + " has departed: it stops its services and ends");
        }
        else {
            console.out().println(who + " has departed: it is forgotten, and ends should it come back");
        }
    }

    /**
     * @param self whether it is the node that is asked, which answers nobody once it has
     * ended
     */
    private void await(ControlClient client, Json member, boolean self, Duration timeout) throws CommandFailure {
        this.session.stands("The departure of " + member.text("name") + " stands");
        long end = System.nanoTime() + timeout.toNanos();
        while (isThere(client, member.text("id"), self)) {
            if (System.nanoTime() - end > 0) {
                throw CommandFailure.of(9, "timeout",
                        member.text("name") + " is still in the ring after " + timeout.toSeconds()
                                + " s; its departure stands, and 'muster sup status' shows when it has left");
            }
            Output.pause(POLL);
        }
    }

    private static boolean isThere(ControlClient client, String member, boolean self) throws CommandFailure {
        try {
            return client.get("/ring")
                .body()
                .get("members")
                .elements()
                .stream()
                .anyMatch((present) -> present.text("id").equals(member));
        }
        catch (CommandFailure ex) {
            if (self && ex.exit() == 3) {
                return false;
            }
            throw ex;
        }
    }

    /** As with a change of configuration: what is on one disk can be lost with it. */
    private static int copies(Json member, Console console) {
        if (!member.isTrue("oneCopy")) {
            return 0;
        }
        console.err()
            .println("muster: one copy only: no other member has answered yet that it has this on disk; they are told "
                    + "again by themselves");
        return 8;
    }

}
