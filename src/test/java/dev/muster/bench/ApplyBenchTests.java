package dev.muster.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import dev.muster.ring.RingConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ApplyBenchTests {

    @Test
    void aSmallRingIsMeasuredWithPlausibleResults(@TempDir Path directory) throws Exception {
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        ApplyBench bench = new ApplyBench(3, RingConfig.Transport.SHARED_LOOPBACK,
                new ApplyBench.WarmUp(2, 2, Duration.ZERO, Duration.ofSeconds(1)),
                new PrintStream(progress, true, StandardCharsets.UTF_8));

        RingResult result = bench.run(5, directory);

        assertThat(result.members()).isEqualTo(3);
        assertThat(result.paced().changes()).isEqualTo(5);
        assertThat(result.backToBack().changes()).isEqualTo(25);
        assertThat(result.warmUp()).isEqualTo(2);
        assertThat(result.perChange().said()).as("the change came to two of three, and words of all")
            .isGreaterThan(result.recordBytes() * 2L / 3);
        assertThat(result.perChange().wire()).isGreaterThan(result.perChange().said());
        assertThat(result.perIdleSecond().said()).isBetween(0L, 10_000L);
        assertThat(result.perIdleSecond().wire()).as("heartbeats")
            .isBetween(result.perIdleSecond().said() + 10, 50_000L);
        assertThat(result.recordBytes()).as("the layer and what goes with it").isBetween(256, 1024);
        assertThat(List.of(result.paced(), result.backToBack())).allSatisfy((series) -> {
            assertThat(Stream.of(series.received(), series.accepted(), series.broadcast(), series.syncedBroadcast(),
                    series.syncedWrite(), result.rendered()))
                .allSatisfy((times) -> assertThat(times.p50()).isPositive()
                    .isLessThanOrEqualTo(times.p99())
                    .isLessThanOrEqualTo(times.max()));
            assertThat(series.received().p50()).as("the last answer comes after the first")
                .isGreaterThanOrEqualTo(series.accepted().p50());
            assertThat(series.received().p50()).as("two synced writes, one after the other, are part of it")
                .isGreaterThan(series.syncedWrite().p50());
            assertThat(series.syncedBroadcast().p50()).as("the sender's synced write is part of it")
                .isGreaterThan(series.syncedWrite().p50());
        });
        assertThat(result.rendered().p50()).as("a member renders what it has on disk")
            .isGreaterThan(result.paced().syncedWrite().p50());
        assertThat(progress.toString(StandardCharsets.UTF_8)).contains("3 members: starting");

        BenchReport report = new BenchReport(Machine.here("ext4"), "loopback", List.of(result));
        assertThat(report.text()).contains("(a) apply -> received by all, a second apart",
                "received by all, back to back", "(d) the same with synced writes", "budget a/d at most 3",
                "No process is started");
        JsonNode json = JsonMapper.shared().readTree(report.json());
        assertThat(json.at("/rings/0/backToBack/received/p99").asDouble())
            .isEqualTo(result.backToBack().received().p99());
        assertThat(json.at("/machine/cores").asInt()).isPositive();
    }

}
