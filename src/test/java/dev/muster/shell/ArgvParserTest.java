package dev.muster.shell;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.muster.shell.CommandDescription.Positional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ArgvParserTest {

    private static final CommandDescription COMMAND = CommandDescription.program("svc load", "Load")
        .takes(new Positional("PKG_IDENT", "the package", true), new Positional("FILE", "a file", false))
        .with(OptionDescription.value("group", "NAME", "Group").letter('g'),
                OptionDescription.value("peer", "HOST", "Peer").repeated(),
                OptionDescription.value("time", "TIME", "Time"), OptionDescription.flag("force", "Force").letter('f'));

    private static Arguments parse(String line) throws UsageException {
        return ArgvParser.parse(COMMAND, List.of(line.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "a --group prod | a | prod", "--group=prod a | a | prod",
            "a -g prod | a | prod", "a -g=prod | a | prod", "--force a --group prod | a | prod",
            "a --group=a=b | a | a=b", "a --group= | a | ''", "a --group=-x | a | -x", "a --group - | a | -",
            "--group prod -- --force | --force | prod", "--group prod -- -1 | -1 | prod", "- --group prod | - | prod" })
    void optionsMayStandAnywhereAndWordsStayWhatTheyAre(String line, String positional, String group)
            throws UsageException {
        Arguments arguments = parse(line);
        assertThat(arguments.positionals()).containsExactly(positional);
        assertThat(arguments.value("group")).contains(group);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "a --grop prod | did you mean --group?", "a --zzzzzzzzz | --help", "a -1 | no option -1",
                    "a -x | no option -x", "a --group one --group two | --group is given twice",
                    "a --force --force | --force is given twice", "a --group | --group needs a value: --group NAME",
                    "a --group --force | --group=--force", "a --group -1 | --group=-1",
                    "a --force=yes | takes no value", "a b c | does not know what to do with \"c\"",
                    "--force | needs PKG_IDENT, the package", "' b' | was given an empty PKG_IDENT, the package" })
    void whatDoesNotFollowTheGrammarIsNamed(String line, String reason) {
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> parse(line)).withMessageContaining(reason);
    }

    @Test
    void aRepeatableOptionKeepsAllItsValues() throws UsageException {
        assertThat(parse("a --peer one --peer=two").values("peer")).containsExactly("one", "two");
    }

    @Test
    void helpIsTakenWhateverIsMissing() throws UsageException {
        assertThat(parse("--help").has("help")).isTrue();
        assertThat(parse("-h").has("help")).isTrue();
    }

    @Test
    void nothingIsSaidThatWasNotGiven() throws UsageException {
        Arguments arguments = parse("a");
        assertThat(arguments.options()).isEmpty();
        assertThat(arguments.value("group")).isEmpty();
        assertThat(arguments.has("force")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "20, 20000", "500ms, 500", "20s, 20000", "5m, 300000", "0, 0" })
    void timesHaveUnits(String text, long millis) throws UsageException {
        assertThat(parse("a --time " + text).duration("time")).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "5h", "1.5", "-", "20 s", "99999999999" })
    void whatIsNoTimeIsRefused(String text) throws UsageException {
        Arguments arguments = ArgvParser.parse(COMMAND, List.of("a", "--time=" + text));
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> arguments.duration("time"))
            .withMessageContaining("--time: ")
            .withMessageContaining(text);
    }

    @Test
    void anOptionTakesAValueInAllCommandsOrInNone() {
        Map<String, Boolean> flags = new HashMap<>();
        for (CommandDescription command : new Shell().descriptions()) {
            for (OptionDescription option : command.allOptions()) {
                assertThat(flags.computeIfAbsent(option.name(), (name) -> option.isFlag()))
                    .as("--%s of %s", option.name(), command.name())
                    .isEqualTo(option.isFlag());
            }
        }
    }

    @Test
    void noCommandHasTwoOptionsOfOneName() {
        for (CommandDescription command : new Shell().descriptions()) {
            assertThat(command.allOptions()).extracting(OptionDescription::name).doesNotHaveDuplicates();
            assertThat(command.allOptions().stream().map(OptionDescription::letter).filter((letter) -> letter != '\0'))
                .doesNotHaveDuplicates();
        }
    }

}
