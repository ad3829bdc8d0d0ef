package dev.muster.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The scripts run in the shells that they are for; those that are not here are skipped.
 */
class CompletionTest {

    /** Prints what bash would complete, given the words that it makes of a line. */
    private static final String IN_BASH = """
            source "$1"
            shift
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            _muster
            ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
            exit 0
            """;

    /** Prints what zsh would complete; what it offers to a completion is stood in for. */
    private static final String IN_ZSH = """
            compdef() { }
            compset() { PREFIX=${PREFIX#*=} }
            compadd() { shift; print -rl -- ${(M)@:#$PREFIX*} }
            _describe() { local -a given=("${(P@)@[-1]}"); print -rl -- ${(M)${given[@]%%:*}:#$PREFIX*} }
            _files() { [[ $1 == -/ ]] && print -rl -- $PREFIX*(N/) || print -rl -- $PREFIX*(N) }
            source $1
            shift
            words=("$@") CURRENT=$# PREFIX=$words[-1]
            _muster
            exit 0
            """;

    @TempDir
    Path directory;

    private Client client;

    @BeforeEach
    void makeFiles() throws IOException {
        this.client = new Client(this.directory.resolve("root"), "");
        Path here = Files.createDirectories(this.directory.resolve("here"));
        Files.createDirectory(here.resolve("resdir"));
        Files.writeString(here.resolve("redis file.toml"), "");
    }

    private Path script(String shell) throws IOException {
        assertThat(this.client.exactly("completion", shell)).isZero();
        assertThat(this.client.err()).isEmpty();
        return Files.writeString(this.directory.resolve("muster." + shell), this.client.out());
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        try (Launched shell = Launched.start(this.directory.resolve("here"), Map.of("LC_ALL", "C.UTF-8"), command)) {
            assertThat(shell.exit()).as(shell.err()).isZero();
            assertThat(shell.err()).isEmpty();
            return shell.out();
        }
    }

    private static boolean isInstalled(String shell) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch((path) -> Files.exists(Path.of(path, shell)));
    }

    private static void require(String shell) {
        assumeTrue(isInstalled(shell), shell + " is not installed, so its completion is not tried in it");
    }

    static Stream<Arguments> lines() {
        return Stream.of(
                // Commands.
                arguments("muster s", List.of("sup", "svc", "shell")),
                arguments("muster svc sta", List.of("start", "status")),
                arguments("muster --root /x svc sta", List.of("start", "status")),
                arguments("muster --root=/x svc unl", List.of("unload")), arguments("muster nonsense x", List.of()),
                // Options.
                arguments("muster svc load --top", List.of("--topology")),
                arguments("muster svc load core/redis --he", List.of("--health-check-interval", "--help")),
                arguments("muster plan render --no", List.of("--no-render")),
                arguments("muster demo --k", List.of("--keep")),
                arguments("muster sup run --listen-h", List.of("--listen-http")),
                // Values of options.
                arguments("muster svc load --topology ", List.of("standalone", "leader")),
                arguments("muster svc load -t l", List.of("leader")),
                arguments("muster svc load --topology=l", List.of("leader")),
                arguments("muster config apply redis.prod --format j", List.of("json")),
                arguments("muster config apply --format=json --format=t", List.of("text")),
                arguments("muster svc load --group ", List.of()),
                // Files and directories.
                arguments("muster svc status --ctl-secret-file re", List.of("resdir", "redis file.toml")),
                arguments("muster svc status --root re", List.of("resdir")),
                arguments("muster svc status --root=re", List.of("resdir")),
                arguments("muster plan render re", List.of("resdir", "redis file.toml")),
                arguments("muster plan render -q -d x re", List.of("resdir", "redis file.toml")),
                arguments("muster config apply redis.prod 1 re", List.of("resdir", "redis file.toml")),
                // Other words.
                arguments("muster completion ", List.of("bash", "zsh", "fish")),
                arguments("muster completion z", List.of("zsh")), arguments("muster completion bash ", List.of()),
                arguments("muster config apply ", List.of()));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void bashCompletes(String line, List<String> offered) throws Exception {
        require("bash");
        Path driver = Files.writeString(this.directory.resolve("driver"), IN_BASH);
        List<String> command = new ArrayList<>(List.of("bash", "--norc", driver.toString(), script("bash").toString()));
        // As bash does it, an equals sign is a word of its own.
        command.addAll(Arrays.asList(line.replace("=", " = ").split(" ", -1)));
        assertThat(run(command).lines()).containsExactlyInAnyOrderElementsOf(offered);
    }

    @Test
    void bashKnowsForWhatTheScriptIs() throws Exception {
        require("bash");
        assertThat(
                run(List.of("bash", "--norc", "-uc", "source \"$0\"; complete -p muster", script("bash").toString())))
            .isEqualTo("complete -F _muster muster\n");
    }

    @ParameterizedTest
    @MethodSource("lines")
    void fishCompletes(String line, List<String> offered) throws Exception {
        require("fish");
        String typed = run(List.of("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
                script("fish").toString(), line));
        assertThat(typed.lines()
            .map((found) -> found.replaceAll("\\t.*", "")
                .replaceAll("^--\\w+=", "")
                .replaceAll("/$", "")
                .replace("\\ ", " "))
            .filter((found) -> !found.isEmpty())
            .distinct()).containsExactlyInAnyOrderElementsOf(offered);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void zshCompletes(String line, List<String> offered) throws Exception {
        require("zsh");
        Path driver = Files.writeString(this.directory.resolve("driver"), IN_ZSH);
        List<String> command = new ArrayList<>(List.of("zsh", "-f", driver.toString(), script("zsh").toString()));
        command.addAll(Arrays.asList(line.split(" ", -1)));
        assertThat(run(command).lines().filter((found) -> !found.isEmpty()))
            .containsExactlyInAnyOrderElementsOf(offered);
    }

    @ParameterizedTest
    @ValueSource(strings = { "bash", "zsh", "fish" })
    void theScriptHasAllCommandsOptionsAndChoices(String shell) throws IOException {
        String script = Files.readString(script(shell), StandardCharsets.UTF_8);
        for (CommandDescription command : new Shell().descriptions()) {
            assertThat(script).contains(command.name());
            command.allOptions()
                .forEach((option) -> assertThat(script)
                    .contains(shell.equals("fish") ? "-l " + option.name() : option.dashed()));
        }
        assertThat(script).contains("standalone leader", "text json").endsWith("\n").doesNotContain("%s", "\r");
        // What opens is closed, where the shell itself is not here to say so.
        assertThat(script.replace("'\\''", "").replace("\\'", "").chars().filter((c) -> c == '\'').count() % 2)
            .isZero();
        assertThat(script.lines().filter((line) -> line.strip().matches("case .* in")).count())
            .isEqualTo(script.lines().filter((line) -> line.strip().equals("esac")).count());
    }

    @ParameterizedTest
    @CsvSource({ "text|json, WORDS", "FILE, FILE", "TEMPLATE_PATH, FILE", "FILE.hart|DIR, FILE", "DIR, DIRECTORY",
            "NAME, OTHER", "HOST[:PORT], OTHER", "ORIGIN/NAME|NAME, OTHER", "'N,N,...', OTHER" })
    void whatAValueIsIsToldByWhatHelpCallsIt(String shown, Completion.Kind kind) {
        assertThat(Completion.Value.of(shown).kind()).isEqualTo(kind);
    }

    @Test
    void thereIsNoScriptForAnotherShell() {
        assertThat(this.client.exactly("completion", "tcsh")).isEqualTo(2);
        assertThat(this.client.err()).contains("bash, zsh, fish").hasLineCount(1);
        assertThat(this.client.exactly("completion")).isEqualTo(2);
        assertThat(this.client.exactly("completion", "--help")).isZero();
        assertThat(this.client.out()).contains("source <(muster completion bash)", "completions/muster.fish");
    }

}
