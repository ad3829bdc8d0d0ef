package dev.muster.service;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ReactionTest {

    private static final Map<String, String> BEFORE = Map.of("hooks/run", "1", "hooks/init", "1", "config/a.conf", "1",
            "config/b.conf", "1");

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            hooks/other            | - | NOTHING     | ''
            hooks/health-check     | 2 | NOTHING     | ''
            hooks/run              | 2 | RESTART     | run hook changed
            hooks/init             | 2 | RESTART     | init hook changed
            hooks/init             | - | RESTART     | init hook changed
            hooks/post-run         | 2 | RESTART     | post-run hook changed
            hooks/check            | 2 | NOTHING     | ''
            hooks/file-updated     | 2 | NOTHING     | ''
            hooks/suitability      | 2 | NOTHING     | ''
            hooks/post-stop        | 2 | NOTHING     | ''
            hooks/install          | 2 | NOTHING     | ''
            config/a.conf          | 2 | RESTART     | config file changed: a.conf
            config/a.conf          | - | RESTART     | config file changed: a.conf
            config/new/c.conf      | 2 | RESTART     | config file changed: new/c.conf
            """)
    void aPackageWithoutReconfigureHookRestartsForEveryFileItsProcessReads(String file, @Nullable String hash,
            Reaction.Kind kind, String reason) {
        assertThat(Reaction.decide(BEFORE, with(BEFORE, file, hash))).isEqualTo(new Reaction(kind, reason));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            hooks/other            | - | NOTHING     | ''
            hooks/run              | 2 | RESTART     | run hook changed
            hooks/init             | 2 | RESTART     | init hook changed
            config/a.conf          | 2 | RECONFIGURE | config file changed: a.conf
            hooks/reconfigure      | 2 | RECONFIGURE | reconfigure hook changed
            """)
    void aReconfigureHookTakesWhatIsNoHookOfTheProcess(String file, @Nullable String hash, Reaction.Kind kind,
            String reason) {
        Map<String, String> before = with(BEFORE, "hooks/reconfigure", "1");
        assertThat(Reaction.decide(before, with(before, file, hash))).isEqualTo(new Reaction(kind, reason));
    }

    @Test
    void theStrongestChangeDecidesAndAllFilesAreNamed() {
        Map<String, String> both = with(with(BEFORE, "config/b.conf", "2"), "config/a.conf", "2");
        assertThat(Reaction.decide(BEFORE, both).reason()).isEqualTo("config file changed: a.conf, b.conf");
        assertThat(Reaction.decide(BEFORE, with(both, "hooks/run", "2")).reason()).isEqualTo("run hook changed");
    }

    @Test
    void aReconfigureHookThatWentAwayAsksForNothing() {
        assertThat(Reaction.decide(with(BEFORE, "hooks/reconfigure", "1"), BEFORE).kind())
            .isEqualTo(Reaction.Kind.NOTHING);
    }

    private static Map<String, String> with(Map<String, String> files, String name, @Nullable String hash) {
        Map<String, String> changed = new TreeMap<>(files);
        if (hash == null) {
            changed.remove(name);
        }
        else {
            changed.put(name, hash);
        }
        return changed;
    }

}
