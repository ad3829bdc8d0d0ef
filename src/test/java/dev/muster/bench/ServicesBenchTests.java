package dev.muster.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ServicesBenchTests {

    @TempDir
    Path directory;

    @Test
    void aFewServicesAreMeasuredFromLoadToStop() throws Exception {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        ServicesResult result = new ServicesBench(3, Duration.ofSeconds(1), this.directory,
                Path.of(System.getProperty("muster.distribution")),
                new PrintStream(progress, true, StandardCharsets.UTF_8))
            .run();
        assertThat(progress.toString(StandardCharsets.UTF_8)).contains("3 services are up");
        assertThat(result.services()).isEqualTo(3);
        assertThat(result.up()).isBetween(Duration.ofMillis(10), Duration.ofSeconds(60));
        assertThat(result.status().p50()).isPositive();
        assertThat(result.residentMiB()).isBetween(50L, 400L);
        assertThat(result.takenBack()).isPositive();
        assertThat(ProcessHandle.allProcesses()
            .filter((process) -> process.info()
                .commandLine()
                .filter((line) -> line.contains(this.directory.toString()))
                .isPresent()))
            .isEmpty();
        assertThat(result.text(Machine.here("ext4"))).contains("3 services on one node", "budget 60 s: met");
    }

}
