package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;

import org.jline.reader.Candidate;
import org.jline.reader.impl.DefaultParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InteractiveShellTest extends ClientTest {

    @BeforeEach
    void answer() {
        this.node.on("GET /v1/services", 200, "[]");
    }

    @Test
    void pipedCommandsRunOneAfterAnother() {
        this.client.input("# a comment\n\nsvc status\nhelp svc\nsvc status --format json\n");
        assertThat(this.client.run("shell")).isZero();
        assertThat(this.client.out()).isEqualToNormalizingNewlines("No services loaded.\n" + helpOfServices() + "[]\n");
        assertThat(this.client.err()).isEmpty();
    }

    private static String helpOfServices() {
        List<CommandDescription> services = new Shell().descriptions()
            .stream()
            .filter((command) -> command.name().startsWith("svc "))
            .toList();
        return HelpText.of("svc", services);
    }

    @Test
    void pipedCommandsEndAtTheFirstFailureWithItsExitCode() {
        this.client.input("svc status nginx\nsvc status\n");
        assertThat(this.client.run("shell")).isEqualTo(5);
        assertThat(this.client.out()).isEmpty();
        this.client.input("svc status 'unclosed\nsvc status\n");
        assertThat(this.client.run("shell")).isEqualTo(2);
        assertThat(this.client.err()).contains("close it");
    }

    @Test
    void exitEndsTheSession() {
        this.client.input("svc status\nexit\nsvc status nginx\n");
        assertThat(this.client.run("shell")).isZero();
        assertThat(this.node.requests()).hasSize(1);
    }

    @Test
    void optionsOfTheSessionHoldWhereACommandHasNoneOfItsOwn() {
        Client other = new Client(this.directory.resolve("other"), "");
        other.input("svc status --root " + this.directory + "\nsvc status\n");
        assertThat(other.run("shell --format json")).isEqualTo(3);
        assertThat(other.out().strip()).isEqualTo("[]");
        assertThat(Json.parse(other.err()).text("detail")).contains(this.directory.resolve("other").toString());
    }

    @Test
    void inputOfACommandFollowsIt() {
        this.node.on("PUT /v1/groups/redis.prod/config", 201, "{\"id\":\"1-00000000\",\"author\":\"a\",\"copies\":2}")
            .events("GET /v1/groups/redis.prod/revisions/1-00000000/events",
                    FakeNode.event("", "result", "{\"current\":true,\"members\":[]}"));
        this.client.input("config apply redis.prod 1 <<END\nport = 1\n  name = \"x\"\nEND\nsvc status\n");
        assertThat(this.client.run("shell")).isZero();
        assertThat(this.node.last("PUT").body()).isEqualTo("port = 1\n  name = \"x\"\n");
        assertThat(this.client.out()).contains("redis.prod 1-00000000 accepted", "No services loaded.");
    }

    @ParameterizedTest
    @CsvSource({ "config apply redis.prod", "config apply redis.prod 1", "config apply redis.prod -" })
    void aCommandDoesNotReadTheCommandsThatFollow(String line) {
        this.client.input(line + "\nsvc status\n");
        assertThat(this.client.run("shell")).isEqualTo(2);
        assertThat(this.client.err()).contains("needs a FILE, or <<EOF");
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void aShellInTheShellIsRefused() {
        this.client.input("shell\n");
        assertThat(this.client.run("shell")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "a b | a,b", "a 'b c' | a,b c", "\"a b\"c | a bc",
            "a\\ b | a b", "'' a | ,a", "a # b | a", "a#b | a#b", "'a\\b' | a\\b", "\"a\\\"b\" | a\"b", "# | ``" })
    void aLineIsPartedIntoWords(String line, String words) throws UsageException {
        assertThat(String.join(",", ShellLine.parse(line).words())).isEqualTo(words);
    }

    @Test
    void theEndOfInputIsNamedBehindTheLine() throws UsageException {
        assertThat(ShellLine.parse("config apply x <<EOF").until()).contains("EOF");
        assertThat(ShellLine.parse("config apply x << EOF").until()).contains("EOF");
        assertThat(ShellLine.parse("config apply x << EOF").words()).containsExactly("config", "apply", "x");
        assertThat(ShellLine.parse("config apply x").until()).isEmpty();
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> ShellLine.parse("a \"b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "s | svc,sup,config,shell", "svc | svc", "svc '' | load,unload,start,stop,status",
                    "svc load core/redis -- | --group,--force,--root", "svc load --topology '' | standalone,leader",
                    "config apply redis.prod 1 --w | --wait,--if-revision" })
    void commandsAndOptionsAreCompleted(String typed, String some) {
        String line = typed.replace("''", "");
        List<Candidate> candidates = new ArrayList<>();
        new CommandCompleter(new Shell().descriptions()).complete(null,
                new DefaultParser().parse(line, line.length(), org.jline.reader.Parser.ParseContext.COMPLETE),
                candidates);
        assertThat(candidates).extracting(Candidate::value).contains(some.split(","));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            value = { "svc status | svc status", "config set g a=1 b='x y' --wait | config set g a= b= --wait",
                    "--root '/a b' config set g 'a.\"b c\"=1' | --root '/a b' config set g 'a.\"b c\"='",
                    "config set g a='open | ``", "config sett g a=1 | config sett g a=",
                    "confg set g a=1 | confg set g a=", "config patch g a=1 | config patch g a=1",
                    "config apply g 1 f=x | config apply g 1 f=x",
                    "config set g -m 'it''s' a=1 | config set g -m its a=",
                    "config set g -m \"it's\" | config set g -m 'it'\\''s'" })
    void theHistoryKeepsNoValues(String typed, String kept) {
        assertThat(SessionHistory.withoutValues(typed, new Shell().descriptions())).isEqualTo(kept);
    }

}
