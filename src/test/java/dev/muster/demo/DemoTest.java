package dev.muster.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.RedisPort;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The demo as people run it, from the distribution. */
class DemoTest {

    private static final Pattern FILES = Pattern.compile("their files in (\\S+)");

    /** Nothing that somebody has set for other Supervisors may reach the demo. */
    private static final Map<String, String> HOSTILE = Map.of("HAB_CTL_SECRET", "not-theirs", "HAB_LISTEN_HTTP",
            "127.0.0.1:1", "HAB_RING", "other", "HAB_REDIS", "port = 1", "MUSTER_ROOT", "/nowhere", "MUSTER_PKG_PATH",
            "/nowhere");

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    private Process demo(String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("muster.distribution")).resolve("muster").toString(), "demo"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
            .redirectOutput(out().toFile())
            .redirectError(err().toFile());
        builder.environment().putAll(HOSTILE);
        builder.environment().put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        this.started.add(process);
        return process;
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : this.started) {
            process.destroy();
            process.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private Path out() {
        return this.directory.resolve("out");
    }

    private Path err() {
        return this.directory.resolve("err");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException ex) {
            return "";
        }
    }

    private int exit(Process demo) throws InterruptedException {
        assertThat(demo.waitFor(5, TimeUnit.MINUTES)).as("%s%s", text(out()), text(err())).isTrue();
        return demo.exitValue();
    }

    private void awaitProgress(String line) {
        Awaitility.await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> assertThat(text(err())).contains(line));
    }

    private String files() {
        Matcher matcher = FILES.matcher(text(err()));
        assertThat(matcher.find()).as(text(err())).isTrue();
        return matcher.group(1);
    }

    private void assertThatNothingIsLeft() throws IOException {
        String files = files();
        assertThat(processes(files)).isEmpty();
        assertThat(Path.of(files)).doesNotExist();
    }

    /** Processes that have to do with this directory in any way. */
    private static List<String> processes(String directory) throws IOException {
        List<String> found = new ArrayList<>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String known = read(process.resolve("cmdline")) + read(process.resolve("environ"))
                        + link(process.resolve("cwd")) + link(process.resolve("exe"));
                if (known.contains(directory)) {
                    found.add(process + " " + known.replace('\0', ' '));
                }
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        catch (IOException ex) {
            return "";
        }
    }

    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        }
        catch (IOException ex) {
            return "";
        }
    }

    @Test
    void allClaimsHoldAndNothingIsLeft() throws Exception {
        int code = exit(demo());
        assertThat(code).as("%s%s", text(out()), text(err())).isZero();
        assertThat(text(out()))
            .containsPattern("(?m)^a +\\S+ +redis\\.prod +\\d+ -> \\d+ +\\d+ -> \\d+ +- -> 1-[0-9a-f]{8}$")
            .containsPattern("(?m)^b +\\S+ +redis\\.prod +\\d+ -> \\d+ +\\d+ -> \\d+ +- -> 1-[0-9a-f]{8}$")
            .containsPattern("(?m)^c +\\S+ +redis\\.dev +\\d+ +\\d+ +-$")
            .containsPattern("(?m)^d +\\S+ +redis\\.prod +\\d+ +\\d+ +-$")
            .doesNotContain("FAILED");
        assertThat(text(out()).lines().filter((line) -> line.startsWith("ok "))).hasSize(6);
        assertThatNothingIsLeft();
    }

    @Test
    void besideWhoHasItsPortItTakesAnotherAndKeepsEverythingWhenAsked() throws Exception {
        RedisPort port = RedisPort.onAllAddresses();
        try (ServerSocket everywhere = everywhere(Place.REDIS).orElse(null)) {
            Assumptions.assumeTrue(everywhere != null, "somebody listens on port " + Place.REDIS + " of this host");
            int code = exit(demo("--keep", "--format", "json"));
            assertThat(code).as("%s%s", text(out()), text(err())).isZero();
        }
        finally {
            port.close();
        }
        JsonNode result = JsonMapper.builder().build().readTree(text(out()));
        JsonNode kept = result.get("kept");
        Path files = Path.of(kept.get("directory").asString());
        try {
            assertThat(result.get("held").asBoolean()).isTrue();
            assertThat(result.get("members")).hasSize(4).allSatisfy((member) -> {
                assertThat(member.get("before").get("port").asInt()).isNotEqualTo(Place.REDIS);
                assertThat(Redis.ask(member.get("address").asString(), member.get("after").get("port").asInt()))
                    .map(Redis::pid)
                    .contains(member.get("after").get("pid").asLong());
            });
            for (Map.Entry<String, JsonNode> process : kept.get("processes").properties()) {
                assertThat(Files.readString(files.resolve(process.getKey()).resolve("sup/default/LOCK")).strip())
                    .isEqualTo(process.getValue().asString());
            }
            assertThat(text(err())).contains("kill ", "rm -r " + files);
        }
        finally {
            kept.get("processes").forEach((pid) -> ProcessHandle.of(pid.asLong()).ifPresent(ProcessHandle::destroy));
            Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(processes(files.toString())).isEmpty());
            org.springframework.util.FileSystemUtils.deleteRecursively(files);
        }
    }

    private static Optional<ServerSocket> everywhere(int port) {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0")));
        }
        catch (IOException ex) {
            return Optional.empty();
        }
    }

    @Test
    void terminatedInTheMiddleItLeavesNothing() throws Exception {
        Process demo = demo();
        awaitProgress("On c: muster svc load");
        demo.destroy();
        assertThat(exit(demo)).isEqualTo(143);
        assertThatNothingIsLeft();
    }

    @Test
    void aSupervisorThatIsKilledFailsTheDemoAndItsRedisIsNotLeftBehind() throws Exception {
        Process demo = demo();
        awaitProgress("On d: muster svc load");
        Matcher pid = Pattern.compile("  b  \\S+  pid (\\d+)").matcher(text(err()));
        assertThat(pid.find()).isTrue();
        Path redis = Path.of(files(), "b", "svc", "redis", "PID");
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(redis) || !demo.isAlive());
        ProcessHandle.of(Long.parseLong(pid.group(1))).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(exit(demo)).isEqualTo(1);
        assertThatNothingIsLeft();
    }

    @Test
    void aGroupFollowsItsNextLeaderAndTheOldOneComesBackToFollow() throws Exception {
        int code = exit(demo("leader", "--format", "json"));
        assertThat(code).as("%s%s", text(out()), text(err())).isZero();
        JsonNode result = JsonMapper.builder().build().readTree(text(out()));
        assertThat(result.get("held").asBoolean()).isTrue();
        assertThat(result.get("steps")).hasSize(5).allSatisfy((step) -> {
            assertThat(step.get("held").asBoolean()).as("%s", step).isTrue();
            assertThat(step.get("saw").asString()).as("%s", step).isNotBlank();
        });
        assertThat(result.get("steps").get(2).get("saw").asString())
            .containsPattern("was stopped after \\d+\\.\\d s; that of [abc] is written to after \\d+\\.\\d s$");
        assertThat(text(err())).contains("kill -9 ", "is started again");
        assertThatNothingIsLeft();
    }

    @Test
    void aDemoThatThereIsNotIsToldAndNothingIsStarted() throws Exception {
        assertThat(exit(demo("leaders"))).isEqualTo(2);
        assertThat(text(err()))
            .isEqualTo("muster: There is no demo \"leaders\": leave it out to see a change, or name \"leader\"\n");
    }

    @Test
    void anOptionThatItDoesNotHaveIsToldAndNothingIsStarted() throws Exception {
        assertThat(exit(demo("--kept"))).isEqualTo(2);
        assertThat(text(err())).isEqualTo("muster: muster demo has no option --kept: did you mean --keep?\n");
    }

}
