package dev.muster.shell;

import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** {@code config apply}: hands a change in, then follows it. */
final class ConfigApply {

    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final Session session;

    ConfigApply(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("config apply", "Give all members of a group another configuration")
            .takes(ConfigCommands.GROUP, new Positional("N", "number of the change; the next one without it", false),
                    LayerInput.FILE)
            .with(Following.OPTIONS)
            .with(HandIn.OPTIONS)
            .with(HandIn.CHECKED)

            .with(OptionDescription.value("if-revision", "REVISION", "Only if this one is current"),
                    OptionDescription.flag("replace-with-empty", "Take an empty input, and so all values back"))
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
        ControlClient client = this.session.connect(arguments, console);
        Following following = new Following(this.session, client, group, arguments, console);
        HandIn change = new HandIn(client, arguments);
        byte[] content = LayerInput.read("config apply", file, group, console);
        number.ifPresent((value) -> change.with("number", value));
        if (arguments.has("replace-with-empty")) {
            change.with("replace-with-empty", "true");
        }
        Answer answer = change.send("PUT", "/groups/" + ControlClient.encode(group) + "/config", "application/toml",
                arguments.value("if-revision"), content);
        return change.isPlan() ? PlanReport.print(answer, arguments, console) : following.taken(answer.body());
    }

    private static void checkNumber(String number) throws CommandFailure {
        if (number.length() > 16 || Long.parseLong(number) < 1 || Long.parseLong(number) > MAX_NUMBER) {
            throw CommandFailure.of(7, "invalid-config", "A change has a number from 1 to " + MAX_NUMBER + ", not "
                    + number + ": leave it out to get the next");
        }
    }

}
