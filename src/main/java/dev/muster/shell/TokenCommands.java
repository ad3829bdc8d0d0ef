package dev.muster.shell;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.key.Role;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** Tokens: make one for somebody, see who has which, take one back. */
final class TokenCommands {

    private static final OptionDescription AUTHOR = OptionDescription.value("author", "NAME", "Who does it")
        .standard("USER@HOST");

    private static final String PATH = "/tokens";

    private final Session session;

    TokenCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription create = CommandDescription.client("token create", "Let somebody in, to a part of it")
            .takes(new Positional("NAME", "who it is for: the author of what is done with it", true))
            .with(OptionDescription.value("role", "ROLE", "What it lets do: " + String.join(", ", Role.words())),
                    OptionDescription
                        .value("groups", "PATTERN", "Where: redis.prod, redis.*, *.prod@acme; * is everything")
                        .standard("*"),
                    AUTHOR)
            .text("Prints the secret, once, alone on standard output: nobody can show it again. It opens every node of the\n"
                    + "ring; who has it gives it as the control secret, with --ctl-secret-file or HAB_CTL_SECRET. Each role may\n"
                    + "also do what those before it may. What is about no group, as node stop, needs a token for all groups.")
            .examples("muster token create ci --role apply --groups 'web.*' > ci.token",
                    "muster config apply web.prod app.toml --ctl-secret-file ci.token");
        CommandDescription list = CommandDescription.client("token list", "Show the tokens, and those revoked")
            .examples("muster token list", "muster token list --format json");
        CommandDescription revoke = CommandDescription.client("token revoke", "Let nobody in with a token any more")
            .takes(new Positional("ID|NAME", "which token", true))
            .with(AUTHOR)
            .text("It holds at the node that answers at once, and at the others as soon as they hear of it. It cannot be\n"
                    + "taken back. One that was revoked before is a success.")
            .examples("muster token revoke ci");
        return List.of(new ShellCommand(create, this::create), new ShellCommand(list, this::list),
                new ShellCommand(revoke, this::revoke));
    }

    private int create(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String role = arguments.value("role")
            .orElseThrow(() -> new UsageException(
                    "--role is missing: it says what the token lets do, one of " + String.join(", ", Role.words())));
        if (Role.of(role).isEmpty()) {
            throw new UsageException(
                    "--role: there is no role \"" + role + "\"; there are " + String.join(", ", Role.words()));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", arguments.required(0));
        body.put("role", role);
        arguments.value("groups").ifPresent((groups) -> body.put("groups", groups));
        Answer answer = this.session.connect(arguments, console)
            .change("POST", PATH, Requests.key(),
                    Map.of("Content-Type", "application/json", "Muster-Author", HandIn.author(arguments)),
                    Json.write(body).getBytes(StandardCharsets.UTF_8));
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        Json token = answer.body();
        console.err()
            .println("muster: token " + token.text("name") + " (" + token.text("id") + ") has " + token.text("role")
                    + " on " + token.text("groups") + "; this is its secret, which is not shown again:");
        console.out().println(token.text("secret"));
        return 0;
    }

    private int list(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Answer answer = this.session.connect(arguments, console).get(PATH);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        List<Json> tokens = answer.body().elements();
        if (tokens.isEmpty()) {
            console.err().println("muster: there is no token yet; make one with token create");
            return 0;
        }
        TextTable table = new TextTable("id", "name", "role", "groups", "created", "by", "revoked");
        for (Json token : tokens) {
            table.row(token.text("id"), token.text("name"), token.text("role"), token.text("groups"),
                    token.text("created"), token.text("author"), token.text("revoked"));
        }
        console.out().print(table.text(""));
        return 0;
    }

    private int revoke(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String which = arguments.required(0);
        String author = HandIn.author(arguments);
        ControlClient client = this.session.connect(arguments, console);
        String id = find(which, client.get(PATH).body().elements());
        Answer answer = client.change("DELETE", PATH + "/" + id, Requests.key(), Map.of("Muster-Author", author),
                new byte[0]);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
        }
        else {
            console.out()
                .println("token " + answer.body().text("name") + " (" + id + ") is revoked since "
                        + answer.body().text("revoked"));
        }
        return 0;
    }

    /** A name may have belonged to others that were revoked. */
    private static String find(String which, List<Json> tokens) throws CommandFailure {
        List<Json> named = tokens.stream().filter((token) -> token.text("name").equals(which)).toList();
        List<Json> valid = named.stream().filter((token) -> token.text("revoked").isEmpty()).toList();
        if (tokens.stream().anyMatch((token) -> token.text("id").equals(which))) {
            return which;
        }
        if (valid.size() > 1) {
            throw CommandFailure.of(6, "conflict",
                    "There are " + valid.size() + " tokens named " + which
                            + ", made on nodes that had not heard of each" + " other; name one by its id: "
                            + String.join(", ", valid.stream().map((token) -> token.text("id")).toList()));
        }
        List<Json> meant = valid.isEmpty() ? named : valid;
        if (meant.isEmpty()) {
            throw CommandFailure.of(5, "not-found", "There is no token " + which + "; "
                    + (tokens.isEmpty() ? "there is none at all" : "\"muster token list\" shows those there are"));
        }
        return meant.get(meant.size() - 1).text("id");
    }

}
