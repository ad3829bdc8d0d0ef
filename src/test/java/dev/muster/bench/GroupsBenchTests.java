package dev.muster.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** Starts a node four times, which is too long for every build. */
@Tag("soak")
class GroupsBenchTests {

    @Test
    void aSmallStoreIsMeasured(@TempDir Path directory) throws Exception {
        PrintStream progress = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("muster.distribution"));

        GroupsResult result = new GroupsBench(3, 5, directory, home, progress).run();

        assertThat(result.filledBytes()).isBetween(3 * 65_000L, 3 * 140_000L);
        assertThat(result.rowBytes()).isBetween(5 * 100L, 5 * 2_000L);
        assertThat(result.emptyMiB()).isPositive();
        assertThat(result.filledStart()).isPositive();
        assertThat(result.text(Machine.here("ext4"))).contains("3 groups of 64 KiB", "5 applies in a row");
        assertThat(JsonMapper.shared().readTree(result.json(Machine.here("ext4"))).get("applies").asInt()).isEqualTo(5);
    }

}
