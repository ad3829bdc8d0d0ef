package dev.muster.walk;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.muster.RedisPort;
import dev.muster.pack.PackagePath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Supervisors as processes of their own, started by the launcher of the distribution,
 * each on a loopback address, with a real Redis each; and commands as people type them.
 */
final class Walk implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);

    private static final Path DISTRIBUTION = Path.of(System.getProperty("muster.distribution"));

    private final Path directory;

    private final String network;

    private final List<Supervisor> supervisors = new ArrayList<>();

    private final HttpClient http = HttpClient.newHttpClient();

    private final RedisPort port = RedisPort.onOneAddress();

    Walk(Path directory) {
        this.directory = directory;
        this.network = freeNetwork();
    }

    private static String freeNetwork() {
        for (int attempt = 0; attempt < 50; attempt++) {
            String network = "127." + ThreadLocalRandom.current().nextInt(10, 250) + "."
                    + ThreadLocalRandom.current().nextInt(1, 250) + ".";
            if (free(network + "2", 9638) && free(network + "2", 6379) && free(network + "3", 2112)) {
                return network;
            }
        }
        throw new IllegalStateException("No free loopback network was found in 50 attempts");
    }

    static boolean free(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        }
        catch (IOException ex) {
            return false;
        }
    }

    String address(int number) {
        return this.network + (number + 1);
    }

    Path directory() {
        return this.directory;
    }

    /** Puts a package of the tests, {@code test/NAME}, where a node looks for them. */
    void install(int number, String name) throws IOException {
        Path packages = this.directory.resolve("root-" + number + "/pkgs");
        Path source = Path.of("src/test/packages", name);
        Path target = packages.resolve("test/" + name + "/1.22/20261122000000");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                }
                else {
                    Files.copy(file, copy);
                }
            }
        }
        Files.writeString(target.resolve("TARGET"), new PackagePath(List.of(packages)).target());
    }

    Supervisor supervisor(int number, String... options) throws IOException {
        return started(starting(number, options));
    }

    /** One that is not ready yet: several can be started at once. */
    Supervisor starting(int number, String... options) throws IOException {
        return starting(new Supervisor(number, List.of(options), SharedClasses.options(), Map.of(), List.of()));
    }

    /** One that is started with these options for the virtual machine. */
    Supervisor training(String javaOptions) throws IOException {
        return started(starting(new Supervisor(1, List.of(), javaOptions, Map.of(), List.of())));
    }

    /** As a service manager would start it. */
    Supervisor managedSupervisor(int number, String... options) throws IOException {
        return started(starting(new Supervisor(number, List.of(options), SharedClasses.options(),
                Map.of("MUSTER_RESTART", "exit"), List.of())));
    }

    /**
     * One that runs, with all of its commands, as somebody else.
     * @param as the command that becomes him
     */
    Supervisor supervisorOf(List<String> as, int number, String... options) throws IOException {
        return started(starting(new Supervisor(number, List.of(options), "", Map.of(), as)));
    }

    private Supervisor starting(Supervisor supervisor) throws IOException {
        this.supervisors.add(supervisor);
        supervisor.start();
        return supervisor;
    }

    private static Supervisor started(Supervisor supervisor) {
        supervisor.awaitReady();
        return supervisor;
    }

    /** A command of the distribution's launcher. */
    Outcome muster(String input, Map<String, String> environment, List<String> words)
            throws IOException, InterruptedException {
        return muster(input, environment, List.of(), words);
    }

    private Outcome muster(String input, Map<String, String> environment, List<String> as, List<String> words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(as);
        command.add(DISTRIBUTION.resolve("muster").toString());
        command.addAll(words);
        Path out = Files.createTempFile(this.directory, "out", ".txt");
        Path err = Files.createTempFile(this.directory, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf((name) -> name.startsWith("HAB_") || name.startsWith("MUSTER_ROOT"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        catch (IOException ex) {
            // It has ended without reading its input, which its exit code tells.
            assertThat(ex).hasMessageContaining("Broken pipe");
        }
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("Not over after 90 s: " + command);
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    Outcome muster(String input, String... words) throws IOException, InterruptedException {
        return muster(input, Map.of(), List.of(words));
    }

    @Override
    public void close() throws IOException {
        try (this.port) {
            end();
        }
    }

    private void end() throws IOException {
        this.supervisors.forEach((supervisor) -> supervisor.process.destroy());
        this.supervisors.forEach(Supervisor::awaitEnd);
        List<Long> left = new ArrayList<>();
        for (Supervisor supervisor : this.supervisors) {
            for (long pid : supervisor.servicePidsOnDisk()) {
                ProcessHandle.of(pid).ifPresent((service) -> {
                    service.destroyForcibly();
                    left.add(pid);
                });
            }
        }
        assertThat(left).as("services that outlived an orderly stop").isEqualTo(Collections.emptyList());
    }

    /** What a command came to. */
    record Outcome(int exit, String out, String err) {

        Outcome succeeds() {
            assertThat(this.exit).as("%s%n%s", this.out, this.err).isZero();
            return this;
        }

        Outcome fails(int code) {
            assertThat(this.exit).as("%s%n%s", this.out, this.err).isEqualTo(code);
            // What stands there now follows the one sentence, indented.
            assertThat(this.err.lines().filter((line) -> !line.isBlank() && !line.startsWith("  ")).count())
                .as(this.err)
                .isEqualTo(1);
            assertThat(this.err).startsWith("muster: ").doesNotContain("Exception");
            return this;
        }

    }

    /** One node, which can be killed and started again. */
    final class Supervisor {

        private final int number;

        private final List<String> options;

        private final String javaOptions;

        private final Map<String, String> environment;

        private final List<String> as;

        private final Path output;

        private Process process;

        private Supervisor(int number, List<String> options, String javaOptions, Map<String, String> environment,
                List<String> as) {
            this.as = as;
            this.number = number;
            this.options = options;
            this.javaOptions = javaOptions;
            this.environment = environment;
            this.output = Walk.this.directory.resolve("sup-" + number + ".txt");
        }

        void start() throws IOException {
            List<String> command = new ArrayList<>(this.as);
            command.addAll(List.of("env", "--default-signal", DISTRIBUTION.resolve("muster").toString(), "sup", "run",
                    "--root", root().toString(), "--name", "m" + this.number, "--listen-gossip", ip() + ":9638",
                    "--listen-http", ip() + ":9631", "--listen-ctl", ip() + ":9632", "--allow-root-services"));
            command.addAll(this.options);
            Files.deleteIfExists(this.output);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(this.output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().put("HAB_CTL_SECRET", "");
            builder.environment().put("SERVER_PORT", "1");
            builder.environment().put("MANAGEMENT_SERVER_PORT", "2");
            builder.environment().put("SPRING_APPLICATION_JSON", "{\"server\":{\"port\":3}}");
            builder.environment()
                .keySet()
                .removeIf((name) -> name.startsWith("MUSTER_RE") || name.equals("MUSTER_KEPT"));
            builder.environment().put("MUSTER_JAVA_OPTS", this.javaOptions);
            builder.environment().putAll(this.environment);
            this.process = builder.start();
        }

        void awaitReady() {
            await().atMost(SOON).untilAsserted(() -> assertThat(printed()).contains("Ready: ring "));
        }

        String printed() throws IOException {
            return Files.readString(this.output);
        }

        String ip() {
            return address(this.number);
        }

        Path root() {
            return Walk.this.directory.resolve("root-" + this.number);
        }

        String memberId() throws IOException {
            return Files.readString(root().resolve("sup/default/MEMBER_ID")).strip();
        }

        long pid() {
            return this.process.pid();
        }

        Outcome muster(String input, String... words) throws IOException, InterruptedException {
            List<String> all = new ArrayList<>(List.of(words));
            all.addAll(List.of("--root", root().toString()));
            return Walk.this.muster(input, Map.of(), this.as, all);
        }

        /** To the control gateway. */
        HttpRequest.Builder request(String path) throws IOException {
            String secret = Files.readString(root().resolve("sup/default/CTL_SECRET")).strip();
            return HttpRequest.newBuilder(URI.create("http://" + ip() + ":9632" + path))
                .timeout(SOON)
                .header("Authorization", "Bearer " + secret);
        }

        /**
         * What the control gateway says of a service: as {@code svc status} has it,
         * without the time and work of another process.
         */
        String serviceDocument(String service) throws IOException, InterruptedException {
            return Walk.this.http.send(request("/v1/services/" + service).build(), BodyHandlers.ofString()).body();
        }

        void load(String group) throws IOException, InterruptedException {
            muster("", "svc", "load", "core/redis", "--group=" + group).succeeds();
        }

        /** Asks the Redis itself. */
        Redis redis(int port) {
            await().atMost(SOON).until(() -> Redis.answers(ip(), port));
            return Redis.ask(ip(), port);
        }

        long redisPidOnDisk() throws IOException {
            return pidOnDisk("redis");
        }

        /** -1 while there is none. */
        long pidOnDisk(String service) throws IOException {
            Path file = root().resolve("svc").resolve(service).resolve("PID");
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : -1;
        }

        private List<Long> servicePidsOnDisk() throws IOException {
            List<Long> pids = new ArrayList<>();
            if (Files.isDirectory(root().resolve("svc"))) {
                try (Stream<Path> services = Files.list(root().resolve("svc"))) {
                    for (Path service : services.toList()) {
                        pids.add(pidOnDisk(service.getFileName().toString()));
                    }
                }
            }
            return pids;
        }

        void kill() throws InterruptedException {
            this.process.destroyForcibly();
            this.process.waitFor();
        }

        int end() {
            this.process.destroy();
            return awaitEnd();
        }

        int awaitEnd() {
            await().atMost(SOON).until(() -> !this.process.isAlive());
            return this.process.exitValue();
        }

    }

    /** What a Redis says of itself. */
    record Redis(long pid, int port) {

        static boolean answers(String host, int port) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), 200);
                return true;
            }
            catch (IOException ex) {
                return false;
            }
        }

        static Redis ask(String host, int port) {
            try (Socket socket = new Socket(host, port)) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                try (InputStream in = socket.getInputStream()) {
                    String info = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    return new Redis(number(info, "process_id:"), (int) number(info, "tcp_port:"));
                }
            }
            catch (IOException ex) {
                throw new AssertionError("The Redis on " + host + ":" + port + " did not answer", ex);
            }
        }

        private static long number(String info, String key) {
            return info.lines()
                .filter((line) -> line.startsWith(key))
                .mapToLong((line) -> Long.parseLong(line.substring(key.length()).strip()))
                .findFirst()
                .orElseThrow();
        }

    }

}
