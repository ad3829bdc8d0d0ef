package dev.muster.shell;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.muster.shell.ControlClient.Answer;

/** {@code group policy}: how changes are taken whose authors do not say. */
final class GroupPolicy {

    private final Session session;

    GroupPolicy(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        return new ShellCommand(CommandDescription
            .client("group policy", "Show or set how changes of a group are taken whose authors do not say")
            .takes(ConfigCommands.GROUP)
            .with(RolloutArguments.with(
                    OptionDescription.flag("reset", "Forget what was set: changes are taken at once again"),
                    OptionDescription.value("author", "NAME", "Who sets it").standard("USER@HOST")))
            .text("What is given replaces what was set before, whole. It holds for changes that are made from then on; a\n"
                    + "change that says itself how it is taken is taken so.")
            .examples("muster group policy redis.prod",
                    "muster group policy redis.prod --strategy rolling --max-unavailable 25%"),
                this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        Map<String, String> given = RolloutArguments.given(arguments);
        if (arguments.has("reset") && !given.isEmpty()) {
            throw new UsageException(
                    "--reset forgets what was set; give it without --" + given.keySet().iterator().next());
        }
        String path = "/groups/" + ControlClient.encode(group) + "/policy";
        String author = HandIn.author(arguments);
        ControlClient client = this.session.connect(arguments, console);
        Answer answer = (given.isEmpty() && !arguments.has("reset")) ? client.get(path)
                : client.change("PUT", path, Requests.key(),
                        Map.of("Content-Type", "application/json", "Muster-Author", author),
                        Json.write(given).getBytes(StandardCharsets.UTF_8));
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        Json policy = answer.body().get("policy");
        TextTable table = new TextTable("option", "value", "without it");
        for (OptionDescription option : RolloutArguments.OPTIONS) {
            String set = policy.text(option.name());
            table.row(option.name(), set.isEmpty() ? "-" : set,
                    option.name().equals("strategy") ? "at-once" : option.standard());
        }
        console.out().print(table.text(""));
        return 0;
    }

}
