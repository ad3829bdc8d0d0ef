package dev.muster.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a service does with a configuration that came encrypted, and what it tells of it.
 */
class EncryptedConfigTest {

    private static final String SECRET = "swordfish";

    private static final String BY = "encrypted by alice for web.prod";

    private final Bench bench;

    private final TestPackage web;

    EncryptedConfigTest(@TempDir Path root) {
        this.bench = new Bench(root);
        this.web = TestPackage.web(this.bench.pkgs());
    }

    private void opened(long number, String toml) {
        this.bench.services.applied("web.prod",
                config(number, toml, Encrypted.opened(BY, (key) -> Toml.place(toml, key))));
        this.bench.loop.settle();
    }

    private static AppliedConfig config(long number, String toml, Encrypted encrypted) {
        return new AppliedConfig(number + "-x", "hash " + number, Toml.parse(toml), SecretKeys.NONE, GroupFileSet.NONE,
                Optional.empty(), Optional.empty())
            .with(encrypted);
    }

    private void unreadable(long number, String why, boolean passing) {
        this.bench.services.applied("web.prod", config(number, "", Encrypted.unreadable(BY, why, passing)));
        this.bench.loop.settle();
    }

    /** Nothing that is told has it. */
    private void nothingTells() {
        assertThat(this.bench.reports.toString() + this.bench.status() + this.bench.text("STATE"))
            .doesNotContain(SECRET);
    }

    @Test
    void itIsRenderedAndShownNowhereElse() {
        this.bench.running();
        opened(1, "port = '" + SECRET + "'\n");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen " + SECRET + "\n");
        assertThat(this.bench.status().cfg()).isEqualTo(Map.of("port", "(encrypted)"));
        assertThat(this.bench.status().exports().values()).isEmpty();
        assertThat(this.bench.services.layers("web").toString()).doesNotContain(SECRET);
        nothingTells();
        opened(2, "other = '" + SECRET + "'\n");
        assertThat(this.bench.status().exports().values()).isEqualTo(Map.of("port", 80L));
        assertThat(this.bench.status().cfg()).isEqualTo(Map.of("port", 80L));
        nothingTells();
    }

    @Test
    void whatAHookPrintsThatHasReadItIsNotRepeated() {
        this.web.with("hooks/reconfigure", "#!/bin/sh\n");
        this.bench.running();
        opened(1, "port = '" + SECRET + "'\n");
        this.bench.logs.get("reconfigure.stderr.log").accept("bad password " + SECRET);
        this.bench.processes.only("reconfigure").exit(3);
        this.bench.loop.settle();
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).startsWith("reconfigure hook exited with 3")
            .contains("in its log alone");
        nothingTells();
    }

    @Test
    void aTemplateThatCannotBeRenderedIsNamedByItsPlace() {
        this.web.with("config/web.conf", "{{#if cfg.wanted}}{{pkgPathFor cfg.wanted}}{{/if}}\n");
        this.bench.running();
        opened(1, "wanted = '" + SECRET + "'\n");
        assertThat(this.bench.status().reason())
            .startsWith("The template config/web.conf cannot be rendered with what came encrypted: line 1, column ");
        nothingTells();
    }

    @Test
    void aMemberHoldsItAgainstTheSchemaAndNamesThePlace() {
        this.web.with("config.schema.json", "{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"integer\"}}}");
        this.bench.running();
        long pid = this.bench.pid();
        opened(1, "port = 81\n\n" + SECRET + " = 1\n");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).contains("revision 1-x, " + BY, "schema of test/web",
                "line 3, column 1: a key that it does not know");
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 80\n");
        nothingTells();
        opened(2, "port = '" + SECRET + "'\n");
        assertThat(this.bench.status().reason()).contains("line 1, column ", "a value that it does not allow");
        nothingTells();
        opened(3, "port = 82\n");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
    }

    @Test
    void whatDoesNotOpenFailsAndTheLastReadableGoesOnAlsoThroughRestarts() {
        this.bench.running();
        opened(1, "port = '" + SECRET + "'\n");
        long pid = this.bench.pid();
        unreadable(2, "it cannot be opened", false);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        assertThat(this.bench.status().reason()).isEqualTo("it cannot be opened");
        assertThat(this.bench.pid()).isEqualTo(pid);
        this.bench.processes.only("run").exit(1);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(this.bench.pid()).isNotEqualTo(pid);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen " + SECRET + "\n");
        this.bench.processes.only("run").exit(1);
        this.bench.fresh();
        unreadable(2, "it cannot be opened", false);
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(this.bench.status().state()).isEqualTo(ProcessState.UP);
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen " + SECRET + "\n");
        assertThat(this.bench.status().rung()).isEqualTo(Rung.FAILED);
        nothingTells();
    }

    @Test
    void aKeyThatIsGoneLeavesAProcessAsItIsAndOneThatComesIsUsedAtOnce() {
        this.bench.running();
        opened(1, "port = '" + SECRET + "'\n");
        this.bench.loop.advance(Bench.seconds(10));
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        long pid = this.bench.pid();
        this.bench.fresh();
        unreadable(1, "waits for the key file x", true);
        this.bench.services.resume();
        this.bench.services.open(true);
        this.bench.loop.advance(Bench.seconds(5));
        assertThat(this.bench.pid()).isEqualTo(pid);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.HEALTHY);
        unreadable(2, "waits for the key file x", true);
        assertThat(this.bench.status().rung()).isEqualTo(Rung.WAITING);
        assertThat(this.bench.status().reason()).isEqualTo("waits for the key file x");
        assertThat(this.bench.pid()).isEqualTo(pid);
        opened(2, "port = 82\n");
        assertThat(this.bench.text("config/web.conf")).isEqualTo("listen 82\n");
        nothingTells();
    }

    @Test
    void whatItWouldDoIsToldWithoutWhatIsInTheFiles() {
        this.bench.running();
        opened(1, "port = '" + SECRET + "'\n");
        for (AppliedConfig candidate : List.of(Bench.config(2, "port", 82L),
                config(2, "port = 82\n", Encrypted.opened(BY, (key) -> Toml.place("port = 82\n", key))))) {
            Preview preview = this.bench.services.preview("web", candidate);
            assertThat(preview.action()).isEqualTo(Preview.Action.RESTART);
            assertThat(preview.files()).extracting(FileDifference::name).containsExactly("config/web.conf");
            assertThat(preview.toString()).doesNotContain(SECRET, "82");
        }
    }

}
