package dev.muster.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import org.springframework.shell.core.command.CommandContext;
import org.springframework.shell.core.command.CommandExecutionException;
import org.springframework.shell.core.command.CommandExecutor;
import org.springframework.shell.core.command.CommandNotFoundException;
import org.springframework.shell.core.command.CommandRegistry;

/**
 * Runs command lines. There is no application context: Spring Shell's commands, registry
 * and executor need none, and making one would take ten times as long as all the rest.
 */
public final class Shell {

    private static final CommandDescription INTERACTIVE = CommandDescription
        .client("shell", "Take commands one after another")
        .text("The options given here hold for all commands that do not give their own. \"exit\" or Ctrl-D ends it, Ctrl-C\n"
                + "ends the command that runs. Input of a command follows it: config apply redis.prod <<EOF")
        .examples("muster shell", "muster shell < commands");

    private final Session session = new Session();

    private final List<ShellCommand> commands = new ArrayList<>();

    private final List<CommandDescription> descriptions = new ArrayList<>();

    private final CommandRegistry registry;

    private final CommandExecutor executor;

    Shell() {
        this.commands.addAll(new SupervisorCommands(this.session).commands());
        this.commands.addAll(new MemberCommands(this.session).commands());
        this.commands.addAll(new ServiceCommands(this.session).commands());
        this.commands.addAll(new ConfigCommands(this.session).commands());
        this.commands.addAll(new RolloutCommands(this.session).commands());
        this.commands.addAll(new ElectionCommands(this.session).commands());
        this.commands.addAll(new GroupCommands(this.session).commands());
        this.commands.addAll(new FileCommands(this.session).commands());
        this.commands.addAll(new PackageCommands(this.session).commands());
        this.commands.addAll(new RingKeyCommands().commands());
        this.commands.add(new RingKeyRotation(this.session).command());
        this.commands.addAll(new BoxKeyCommands().commands());
        this.commands.addAll(new TokenCommands(this.session).commands());
        this.commands.addAll(new AuditCommands(this.session).commands());
        this.commands.addAll(new SecretCommands().commands());
        this.commands.add(new PlanRender().command());
        this.commands.add(new Completion(this).command());
        this.commands.add(new ShellCommand(INTERACTIVE,
                (arguments, console) -> new InteractiveShell(this, arguments, console).run()));
        this.descriptions.addAll(Programs.ALL);
        this.commands.forEach((command) -> this.descriptions.add(command.description()));
        this.registry = new CommandRegistry(new LinkedHashSet<>(this.commands));
        this.executor = new CommandExecutor(this.registry);
    }

    /**
     * Runs one command of this process, and says what stands when it is interrupted.
     * @param version of this program
     * @return its exit code
     */
    public static int run(String[] words, String version) {
        Console console = Console.ofProcess();
        if (List.of(words).equals(List.of("--version"))) {
            console.out().println("muster " + version);
            return 0;
        }
        Shell shell = new Shell();
        Thread interrupted = new Thread(() -> {
            shell.session.freeze();
            shell.session.standing().ifPresent((change) -> console.err().println("\nmuster: " + change));
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        int code = shell.run(List.of(words), console);
        shell.session.end();
        return code;
    }

    /** Runs one command line; what goes wrong is told on the console. */
    int run(List<String> words, Console console) {
        this.session.begin();
        boolean json = words.contains("--format=json") || inOrder(words, "--format", "json")
                || "json".equals(console.defaults().get(NodeOptions.FORMAT));
        try {
            return execute(words, console);
        }
        catch (UsageException ex) {
            return tell(CommandFailure.of(ex), json, console);
        }
        catch (CommandFailure ex) {
            int code = tell(ex, json, console);
            if (code == 130) {
                this.session.standing().ifPresent((change) -> console.err().println("muster: " + change));
            }
            return code;
        }
        catch (java.io.IOException ex) {
            return tell(CommandFailure.of(1, "internal", String.valueOf(ex.getMessage())), json, console);
        }
    }

    private static boolean inOrder(List<String> words, String first, String second) {
        int at = words.indexOf(first);
        return at >= 0 && at + 1 < words.size() && words.get(at + 1).equals(second);
    }

    private static int tell(CommandFailure failure, boolean json, Console console) {
        console.out().flush();
        console.err().println(json ? Json.write(failure.problem()) : "muster: " + failure.getMessage());
        if (!json) {
            // What stands there, beside what was to stand there.
            new Json(failure.problem()).get("diff")
                .elements()
                .forEach((line) -> console.err().println("  " + line.value()));
        }
        return failure.exit();
    }

    private int execute(List<String> words, Console console)
            throws UsageException, CommandFailure, java.io.IOException {
        if (words.isEmpty()) {
            console.err().print(HelpText.of("", this.descriptions));
            return 2;
        }
        if (words.get(0).equals("help")) {
            return help(CommandLine.of(words.subList(1, words.size()), this.descriptions), console);
        }
        CommandLine line = CommandLine.of(words, this.descriptions);
        if (line.wantsHelp()) {
            return help(line, console);
        }
        CommandDescription description = line.command().orElseThrow(() -> line.unknown(this.descriptions));
        Arguments arguments = ArgvParser.parse(description, line.rest());
        if (!(this.registry.getCommandByName(description.name()) instanceof ShellCommand command)) {
            throw new UsageException(
                    "\"muster " + description.name() + "\" is a program of its own: run it outside the shell");
        }
        Map<String, String> standing = new LinkedHashMap<>(defaults(arguments, console));
        standing.keySet().removeIf((option) -> description.option("--" + option).isEmpty());
        arguments = arguments.or(standing);
        if (description.client()) {
            Output.check(arguments);
        }
        return execute(command.context(arguments, this.registry, console));
    }

    /** Where the session and a command each name a node, the command means its own. */
    private static Map<String, String> defaults(Arguments arguments, Console console) {
        if (!arguments.has(NodeOptions.ROOT) && !arguments.has(NodeOptions.REMOTE)) {
            return console.defaults();
        }
        Map<String, String> rest = new LinkedHashMap<>(console.defaults());
        rest.remove(NodeOptions.ROOT);
        rest.remove(NodeOptions.REMOTE);
        rest.remove(NodeOptions.SECRET);
        rest.remove(NodeOptions.SERVER_AUTHORITY);
        rest.remove(NodeOptions.SERVER_NAME);
        rest.remove(NodeOptions.CLIENT_CERTIFICATE);
        rest.remove(NodeOptions.CLIENT_KEY);
        return rest;
    }

    private int execute(CommandContext context) throws UsageException, CommandFailure, java.io.IOException {
        try {
            return this.executor.execute(context).code();
        }
        catch (CommandExecutionException ex) {
            Throwable cause = ex.getCause();
            if (cause instanceof UsageException usage) {
                throw usage;
            }
            if (cause instanceof CommandFailure failure) {
                throw failure;
            }
            if (cause instanceof java.io.IOException io) {
                throw io;
            }
            throw ex;
        }
        catch (CommandNotFoundException ex) {
            throw new IllegalStateException("A command that is described is not registered", ex);
        }
    }

    private int help(CommandLine line, Console console) throws UsageException {
        if (line.command().isPresent()) {
            console.out().print(HelpText.of(line.command().get()));
            return 0;
        }
        String prefix = String.join(" ", line.named());
        if (line.rest().stream().anyMatch((word) -> !word.startsWith("-"))) {
            throw line.unknown(this.descriptions);
        }
        List<CommandDescription> below = this.descriptions.stream()
            .filter((command) -> prefix.isEmpty() || command.name().startsWith(prefix + " "))
            .toList();
        console.out().print(HelpText.of(prefix, below));
        return 0;
    }

    List<CommandDescription> descriptions() {
        return List.copyOf(this.descriptions);
    }

    /** Ends the request that the running command waits for. */
    void interrupt() {
        this.session.interrupt();
    }

}
