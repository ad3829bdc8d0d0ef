package dev.muster.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How suitable a service is to lead, as its hook says. */
class SuitabilityWatchTest {

    private static final Duration AGAIN = Duration.ofSeconds(10);

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void aPackage() {
        this.bench = new Bench(this.root);
        TestPackage.web(this.bench.pkgs()).with("hooks/suitability", "#!/bin/sh\n");
        MemberId other = new MemberId("a".repeat(32));
        this.bench.election = new ElectionStanding(Phase.FINISHED, Optional.empty(), 1, Optional.of(other), false,
                Duration.ZERO, Optional.empty(), true, true, "");
    }

    private void load(String topology) {
        this.bench.services.load(SpecCodec.read(Map.of("ident", "test/web", "group", "prod", "topology", topology)),
                false);
        this.bench.services.open(true);
        this.bench.loop.settle();
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
    }

    private Consumer<String> printing() {
        return this.bench.logs.get("suitability.stdout.log");
    }

    private void answer(String printed, int code) {
        printed.lines().forEach(printing());
        this.bench.processes.only("suitability").exit(code);
        this.bench.loop.settle();
    }

    @Test
    void itIsAskedWhileTheProcessRunsAndAgainAfterTenSeconds() {
        load("leader");
        answer("7", 0);
        assertThat(this.bench.status().suitability()).isEqualTo(7);
        assertThat(this.bench.reports).last().extracting(ServiceStatus::suitability).isEqualTo(7L);
        this.bench.loop.advance(AGAIN.minusMillis(1));
        assertThat(this.bench.processes.living("suitability")).isEmpty();
        this.bench.loop.advance(Duration.ofMillis(1));
        assertThat(this.bench.status().suitability()).as("until it has answered again").isEqualTo(7);
        answer("3", 0);
        assertThat(this.bench.status().suitability()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5                    | 5
            lag is 3;5           | 5
            5;                   | 5
            0                    | 0
            18446744073709551615 | 9223372036854775807
            -1                   | 0
            4.5                  | 0
            5 of 9               | 0
            5;ready              | 0
            ''                   | 0
            """)
    void theLastLineIsTheAnswerIfItIsAWholeNumber(String printed, long suitability) {
        load("leader");
        answer("1", 0);
        this.bench.loop.advance(AGAIN);
        answer(printed.replace(';', '\n'), 0);
        assertThat(this.bench.status().suitability()).isEqualTo(suitability);
    }

    @Test
    void oneThatFailsIsNotSuitableAndIsAskedAgain() {
        load("leader");
        answer("7", 0);
        this.bench.loop.advance(AGAIN);
        answer("9", 1);
        assertThat(this.bench.status().suitability()).isZero();
        this.bench.loop.advance(AGAIN);
        answer("9", 0);
        assertThat(this.bench.status().suitability()).isEqualTo(9);
    }

    @Test
    void theEndOfAHookThatIsNoLongerWaitedForIsNoAnswer() {
        load("leader");
        answer("7", 0);
        this.bench.loop.advance(AGAIN);
        this.bench.apply(1, "port", 81);
        Consumer<String> printing = printing();
        this.bench.loop.advance(Duration.ofMillis(50));
        assertThat(this.bench.status().suitability()).isEqualTo(7);
        printing.accept("9");
        this.bench.processes.only("suitability").exit(0);
        this.bench.loop.settle();
        assertThat(this.bench.status().suitability()).isEqualTo(9);
        this.bench.loop.advance(AGAIN);
        assertThat(this.bench.processes.living("suitability")).as("one question at a time").hasSize(1);
    }

    @Test
    void itEndsWithItsService() {
        load("leader");
        FakeProcesses.Fake asked = this.bench.processes.only("suitability");
        this.bench.services.stop("web", Optional.empty());
        this.bench.loop.advance(AGAIN);
        assertThat(asked.signals).contains("TERM");
        assertThat(this.bench.processes.started("suitability")).isEqualTo(1);
    }

    @Test
    void whereNobodyLeadsItIsNotAsked() {
        load("standalone");
        this.bench.loop.advance(AGAIN.multipliedBy(2));
        assertThat(this.bench.processes.started("suitability")).isZero();
    }

    @Test
    void aServiceThatHasReadWhatCameEncryptedAnswersToo() {
        load("leader");
        answer("7", 0);
        String layer = "port = 81\n";
        this.bench.services.applied("web.prod",
                new AppliedConfig("1-x", "hash", Toml.parse(layer), SecretKeys.NONE, GroupFileSet.NONE,
                        Optional.empty(), Optional.empty())
                    .with(Encrypted.opened("encrypted by alice", (key) -> Toml.place(layer, key))));
        this.bench.loop.settle();
        answer("swordfish\n9", 0);
        assertThat(this.bench.status().suitability()).isEqualTo(9);
        assertThat(this.bench.reports.toString()).doesNotContain("swordfish");
    }

    @Test
    void aReleaseWithoutTheHookIsAsSuitableAsAnyOther() {
        load("leader");
        answer("7", 0);
        new TestPackage(this.bench.pkgs(), "test/web/1.1/20260202000000").with("default.toml", "port = 80\n")
            .with("hooks/run", "#!/bin/sh\n");
        this.bench.services.load(SpecCodec.read(Map.of("ident", "test/web/1.1", "group", "prod", "topology", "leader")),
                true);
        this.bench.loop.settle();
        assertThat(this.bench.status().ident().toString()).contains("1.1");
        assertThat(this.bench.status().suitability()).isZero();
    }

}
