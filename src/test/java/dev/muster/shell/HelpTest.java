package dev.muster.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HelpTest {

    @TempDir
    Path directory;

    private Client client;

    @BeforeEach
    void client() {
        this.client = new Client(this.directory, "");
    }

    @Test
    void withoutWordsHelpIsPrintedAsAnError() {
        assertThat(this.client.exactly(List.of())).isEqualTo(2);
        assertThat(this.client.out()).isEmpty();
        assertThat(this.client.err()).contains("Commands:", "sup run", "config apply", "demo", "Exit codes:");
    }

    @ParameterizedTest
    @CsvSource({ "--help, config apply", "help, svc load", "svc --help, svc unload", "help svc, svc status",
            "svc load --help, --group NAME", "help svc load, [default: default]", "svc load core/redis -h, PKG_IDENT",
            "sup run --help, --listen-gossip HOST[:PORT]", "help sup run, --peer HOST[:PORT]", "demo --help, --keep",
            "bench --help, bench apply", "ring key --help, ring key import", "help svc key generate, HABITAT_ORG",
            "config apply --help, muster config apply GROUP [N] [FILE] [OPTIONS]" })
    void everyLevelHasHelp(String line, String expected) {
        assertThat(this.client.exactly(List.of(line.split(" ")))).isZero();
        assertThat(this.client.out()).contains(expected);
        assertThat(this.client.err()).isEmpty();
    }

    @Test
    void helpOfACommandSaysAllOfIt() {
        this.client.exactly("config", "apply", "--help");
        assertThat(this.client.out()).contains("Usage: muster config apply GROUP [N] [FILE] [OPTIONS]", "Arguments:",
                "  N  ", "-m, --message TEXT", "[default: 10; 5m with --wait]", "Options of every command:",
                "--remote-sup HOST[:PORT]", "Examples:", "muster config apply redis.prod redis.toml", "Exit codes:",
                "11  outcome unknown");
    }

    @Test
    void noLineOfHelpIsWiderThanATerminalShouldBe() {
        for (CommandDescription command : new Shell().descriptions()) {
            assertThat(HelpText.of(command).lines()).allSatisfy((line) -> assertThat(line.length()).isLessThan(125));
        }
    }

    @ParameterizedTest
    @CsvSource({ "svc lod core/redis, svc load", "sv, svc", "confg apply, config", "svc, --help",
            "zzzzzz, muster --help", "config aply redis.prod, config apply" })
    void whatIsNoCommandHasANearOne(String line, String hint) {
        assertThat(this.client.exactly(List.of(line.split(" ")))).isEqualTo(2);
        assertThat(this.client.out()).isEmpty();
        assertThat(this.client.err()).contains(hint).hasLineCount(1);
    }

    @Test
    void programsAreToldFromCommands() {
        assertThat(Programs.asked(new String[] { "sup", "run", "--root", "x", "core/redis" }))
            .hasValueSatisfying((call) -> {
                assertThat(call.program()).isSameAs(Programs.SUP_RUN);
                assertThat(call.words()).containsExactly("--root", "x", "core/redis");
            });
        assertThat(Programs.asked(new String[] { "--root", "x", "sup", "run" }).map(Programs.Call::words))
            .contains(List.of("--root", "x"));
        assertThat(Programs.asked(new String[] { "bench", "apply", "--members", "3" })
            .map((call) -> call.program().name())).contains("bench apply");
        assertThat(Programs.asked(new String[] { "sup", "run", "--help" })).isEmpty();
        assertThat(Programs.asked(new String[] { "sup", "status" })).isEmpty();
        assertThat(Programs.asked(new String[0])).isEqualTo(Optional.empty());
    }

    @Test
    void aProgramDoesNotRunWithinTheShell() {
        this.client.input("sup run\n");
        assertThat(this.client.exactly("shell")).isEqualTo(2);
        assertThat(this.client.err()).contains("outside the shell");
    }

}
